import type { Operation } from './operation.ts';

/**
 * Everything after what it needs and follows, else in the order in which it was added: run.conf may name an instance
 * before the one that it links to.
 */
export function inOrder(operations: readonly Operation[]): readonly Operation[] {
  const byId = new Map(operations.map((operation) => [operation.id, operation]));
  const placed = new Set<Operation>();
  const place = (operation: Operation, path: readonly string[]): void => {
    if (placed.has(operation)) return;
    if (path.includes(operation.id))
      throw new TypeError(`operations wait for each other: ${[...path, operation.id].join(' -> ')}`);
    for (const id of [...operation.needs, ...(operation.follows ?? [])]) {
      const needed = byId.get(id);
      if (needed === undefined) throw new TypeError(`${operation.id} needs ${id}, which is not in the plan`);
      place(needed, [...path, operation.id]);
    }
    placed.add(operation);
  };
  for (const operation of operations) place(operation, []);
  return [...placed];
}
