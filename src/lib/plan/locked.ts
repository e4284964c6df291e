import type { Owner } from '../model/desired.ts';
import { operationKinds, type Operation } from './operation.ts';

/**
 * Puts the owner's lock around operations: taken before everything, released at the end whatever happened. Whether
 * all still runs is checked after the release, at the very end, so that a late exit is noticed.
 */
export function locked(owner: Owner, operations: readonly Operation[]): readonly Operation[] {
  const common = { subject: owner.name, cause: `one command at a time for ${owner.kind} ${owner.name}` };
  const inside = operations.map((operation): Operation =>
    operation.needs.length === 0 ? { ...operation, needs: ['lock'] } : operation,
  );
  const needed = new Set(inside.flatMap(({ needs }) => needs));
  const last = inside.filter(({ id }) => !needed.has(id)).map(({ id }) => id);
  return checkedLast([
    { ...common, id: 'lock', kind: 'lock', owner, needs: [], ...(onlyEnds(operations) ? { withoutSpace: true } : {}) },
    ...inside,
    { ...common, id: 'unlock', kind: 'unlock', owner, needs: last, always: true },
  ]);
}

/** The lock is a container: on a full disk there is none, but what frees space has to work. */
function onlyEnds(operations: readonly Operation[]): boolean {
  return operations.every(
    ({ kind }) => operationKinds[kind].ends === true || operationKinds[kind].changes !== undefined,
  );
}

function checkedLast(operations: readonly Operation[]): readonly Operation[] {
  const check = operations.find(({ kind }) => kind === 'check-running');
  if (check === undefined) return operations;
  const others = operations.filter((operation) => operation !== check);
  const withoutCheck = (needs: readonly string[]): readonly string[] => [
    ...new Set(needs.flatMap((id) => (id === check.id ? check.needs : [id]))),
  ];
  return [
    ...others.map((operation) =>
      operation.kind === 'unlock' ? { ...operation, needs: withoutCheck(operation.needs) } : operation,
    ),
    { ...check, needs: [...check.needs, 'unlock'] },
  ];
}
