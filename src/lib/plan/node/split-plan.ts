import { locked } from '../locked.ts';
import { operationKinds, type Operation } from '../operation.ts';
import type { Plan } from '../plan.ts';

/** A part of a plan that needs nothing of the others. */
export interface PlanPart {
  readonly plan: Plan;
  readonly subjects: ReadonlySet<string>;
}

/** Splits a plan so that no service waits for another one's operations, unless they need each other. */
export function splitPlan(plan: Plan): readonly PlanPart[] {
  const operations = plan.operations.filter(({ kind }) => kind !== 'lock' && kind !== 'unlock');
  const subjectOf = new Map(operations.map(({ id, subject }) => [id, subject]));
  const groups = new Groups();
  for (const { subject, needs, follows = [] } of operations)
    for (const other of [...needs, ...follows]) groups.join(subject, subjectOf.get(other) ?? subject);
  return [...Map.groupBy(operations, ({ subject }) => groups.of(subject)).values()].map((part) => partOf(plan, part));
}

/** Subjects that belong together; each group is named after one of them. */
class Groups {
  readonly #parents = new Map<string, string>();

  of(subject: string): string {
    let name = subject;
    for (let next = this.#parents.get(name); next !== undefined; next = this.#parents.get(name)) name = next;
    return name;
  }

  join(one: string, other: string): void {
    const [first, second] = [this.of(one), this.of(other)];
    if (first !== second) this.#parents.set(second, first);
  }
}

function partOf(plan: Plan, part: readonly Operation[]): PlanPart {
  const writes = part.some(({ kind }) => operationKinds[kind].changes === undefined);
  const free = part.map((operation) => ({ ...operation, needs: operation.needs.filter((id) => id !== 'lock') }));
  const operations = writes ? locked(plan.owner, free) : free;
  return { plan: { ...plan, operations }, subjects: new Set(part.map(({ subject }) => subject)) };
}
