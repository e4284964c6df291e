import type { Owner } from '../model/desired.ts';
import type { Blocker, Plan, Verdict } from './plan.ts';
import { locked } from './locked.ts';
import { operationKinds, type Operation } from './operation.ts';
import { inOrder } from './order.ts';

/**
 * Collects the parts of a plan in the order in which they are found: the same input gives the same plan, byte for
 * byte. Adds the lock where something is changed.
 */
export class PlanBuilder {
  readonly operations: Operation[] = [];
  readonly verdicts: Verdict[] = [];
  readonly blockers: Blocker[] = [];
  readonly warnings: string[] = [];
  readonly owner: Owner;
  readonly #ids = new Set<string>();

  constructor(owner: Owner) {
    this.owner = owner;
  }

  add(operation: Operation): string {
    this.operations.push(operation);
    this.#ids.add(operation.id);
    return operation.id;
  }

  /** Lets an operation of the plan wait for more. */
  addNeeds(id: string, needs: readonly string[]): void {
    const at = this.operations.findIndex((operation) => operation.id === id);
    const operation = this.operations[at];
    if (operation === undefined) throw new TypeError(`${id} is not in the plan`);
    if (needs.length > 0) this.operations[at] = { ...operation, needs: [...new Set([...operation.needs, ...needs])] };
  }

  /** Lets an operation of the plan begin behind another. */
  addFollows(id: string, follows: string): void {
    const at = this.operations.findIndex((operation) => operation.id === id);
    const operation = this.operations[at];
    if (operation === undefined) throw new TypeError(`${id} is not in the plan`);
    this.operations[at] = { ...operation, follows: [...(operation.follows ?? []), follows] };
  }

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  finish(): Plan {
    const ordered = inOrder(this.operations);
    const writes = ordered.some(({ kind }) => operationKinds[kind].changes === undefined);
    const { verdicts, blockers, warnings } = this;
    const operations = writes ? locked(this.owner, ordered) : ordered;
    return { owner: this.owner, operations, verdicts, blockers, warnings };
  }
}

/** Of a command that changes nothing. */
export function emptyPlan(owner: Owner): Plan {
  return new PlanBuilder(owner).finish();
}

/** True when applying it would change nothing. */
export function isEmpty(plan: Plan): boolean {
  return plan.operations.every(({ kind }) => operationKinds[kind].changes === 'nothing');
}
