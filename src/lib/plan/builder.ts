import type { Owner } from '../model/desired.ts';
import type { Blocker, Plan, Verdict } from './plan.ts';
import { locked } from './locked.ts';
import type { Operation, OperationKind } from './operation.ts';
import { inOrder } from './order.ts';

/** Kinds that change nothing where all is as it should be, so that a plan of them alone takes no lock. */
const changeless: ReadonlySet<OperationKind> = new Set([
  'wait-ready',
  'wait-seconds',
  'check-running',
  'await-names',
  'hold-names',
]);
/** Writes that are right whoever else makes them: they alone take no lock either. */
const lockless: ReadonlySet<OperationKind> = new Set([
  ...changeless,
  'pull-image',
  'register-service',
  'deregister-service',
  'put-key',
]);

/**
 * Collects the parts of a plan in the order in which they are found: the same input gives the same plan, byte for byte. Adds
 * the lock where something is changed.
 */
export class PlanBuilder {
  readonly operations: Operation[] = [];
  readonly verdicts: Verdict[] = [];
  readonly blockers: Blocker[] = [];
  readonly warnings: string[] = [];
  readonly #owner: Owner;
  readonly #ids = new Set<string>();

  constructor(owner: Owner) {
    this.#owner = owner;
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

  has(id: string): boolean {
    return this.#ids.has(id);
  }

  finish(): Plan {
    const ordered = inOrder(this.operations);
    const writes = ordered.some((operation) => !lockless.has(operation.kind));
    const { verdicts, blockers, warnings } = this;
    const operations = writes ? locked(this.#owner, ordered) : ordered;
    return { owner: this.#owner, operations, verdicts, blockers, warnings };
  }
}

/** Of a command that changes nothing. */
export function emptyPlan(owner: Owner): Plan {
  return new PlanBuilder(owner).finish();
}

/** True when applying it would change nothing. */
export function isEmpty(plan: Plan): boolean {
  return plan.operations.every((operation) => changeless.has(operation.kind));
}
