import type { Owner } from '../model/desired.ts';
import type { Operation } from './operation.ts';

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
    { ...common, id: 'lock', kind: 'lock', owner, needs: [] },
    ...inside,
    { ...common, id: 'unlock', kind: 'unlock', owner, needs: last, always: true },
  ]);
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
