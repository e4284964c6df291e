import type { Subject } from '../events.ts';
import { operationKinds } from '../plan/operation.ts';
import type { Plan } from '../plan/plan.ts';

/** The lines of the progress display, in the order of the plan. */
export function subjectsOf(plan: Plan): readonly Subject[] {
  const operations = Map.groupBy(plan.operations, ({ subject }) => subject);
  return [...operations].map(([name, [first, ...more]]) => ({
    name,
    kind: (first && operationKinds[first.kind].subject) ?? 'instance',
    operations: 1 + more.length,
  }));
}
