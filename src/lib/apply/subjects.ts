import type { Subject } from '../events.ts';
import type { OperationKind } from '../plan/operation.ts';
import type { Plan } from '../plan/plan.ts';

/** The lines of the progress display, in the order of the plan. */
export function subjectsOf(plan: Plan): readonly Subject[] {
  const operations = Map.groupBy(plan.operations, ({ subject }) => subject);
  return [...operations].map(([name, [first, ...more]]) => ({
    name,
    kind: kindOf(first?.kind),
    operations: 1 + more.length,
  }));
}

/** Of all other operations the subject is an instance. */
const kinds: Partial<Record<OperationKind, Subject['kind']>> = {
  'build-image': 'image',
  'make-base-images': 'image',
  'pull-image': 'image',
  'create-network': 'network',
  'remove-network': 'network',
  lock: 'project',
  unlock: 'project',
  'check-running': 'project',
  'await-names': 'project',
};

function kindOf(kind: OperationKind | undefined): Subject['kind'] {
  return (kind === undefined ? undefined : kinds[kind]) ?? 'instance';
}
