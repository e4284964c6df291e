import type { Owner } from '../model/desired.ts';
import type { Blocker, Plan, Verdict } from './plan.ts';
import type { Operation, OperationKind } from './operation.ts';

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
 * Collects the parts of a plan in the order in which they are found; the same finds give the same plan, byte for byte.
 * Takes care of the lock: first before everything that writes, released last whatever happened.
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
    const operations = writes ? lastLook(this.#locked(ordered)) : ordered;
    return {
      owner: this.#owner,
      operations,
      verdicts: this.verdicts,
      blockers: this.blockers,
      warnings: this.warnings,
    };
  }

  #locked(operations: readonly Operation[]): Operation[] {
    const owner = this.#owner;
    const common = { subject: owner.name, cause: `one command at a time for ${owner.kind} ${owner.name}` };
    const inside = operations.map((operation): Operation =>
      operation.needs.length === 0 ? { ...operation, needs: ['lock'] } : operation,
    );
    const needed = new Set(inside.flatMap((operation) => operation.needs));
    const last = inside.filter((operation) => !needed.has(operation.id)).map((operation) => operation.id);
    return [
      { ...common, id: 'lock', kind: 'lock', owner, needs: [] },
      ...inside,
      { ...common, id: 'unlock', kind: 'unlock', owner, needs: last, always: true },
    ];
  }
}

/** Of a command that changes nothing. */
export function emptyPlan(owner: Owner): Plan {
  return new PlanBuilder(owner).finish();
}

/** Everything after what it needs, else in the order of the finds: run.conf may name an instance before the one that it links to. */
function inOrder(operations: readonly Operation[]): readonly Operation[] {
  const byId = new Map(operations.map((operation) => [operation.id, operation]));
  const placed = new Set<Operation>();
  const place = (operation: Operation, path: readonly string[]): void => {
    if (placed.has(operation)) return;
    if (path.includes(operation.id))
      throw new TypeError(`operations wait for each other: ${[...path, operation.id].join(' -> ')}`);
    for (const id of operation.needs) {
      const needed = byId.get(id);
      if (needed === undefined) throw new TypeError(`${operation.id} needs ${id}, which is not in the plan`);
      place(needed, [...path, operation.id]);
    }
    placed.add(operation);
  };
  for (const operation of operations) place(operation, []);
  return [...placed];
}

/** Whether all still runs is asked at the very end, after the lock is given back: who died meanwhile is seen then. */
function lastLook(operations: readonly Operation[]): readonly Operation[] {
  const check = operations.find(({ kind }) => kind === 'check-running');
  if (check === undefined) return operations;
  const others = operations.filter((operation) => operation !== check);
  return [
    ...others.map((operation) =>
      operation.kind === 'unlock'
        ? { ...operation, needs: [...new Set(operation.needs.flatMap((id) => (id === check.id ? check.needs : [id])))] }
        : operation,
    ),
    { ...check, needs: [...check.needs, 'unlock'] },
  ];
}

/** True when applying it would change nothing. */
export function isEmpty(plan: Plan): boolean {
  return plan.operations.every((operation) => changeless.has(operation.kind));
}
