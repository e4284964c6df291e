import type { ObservedContainer } from '../model/observed-state.ts';
import type { Operation } from '../plan/operation.ts';

/**
 * A number for each container that operations create, by name, in the order in which they start them; what exists
 * keeps its own.
 * They are above all that are there, and by the time (`nowMs`) above those of containers that are gone: with a clock
 * that was set back only the latter may fail.
 */
export function startNumbers(
  operations: readonly Operation[],
  observed: readonly ObservedContainer[],
  nowMs: number,
): ReadonlyMap<string, number> {
  const present = observed.map(({ name, ownership }) => [name, ownership?.startNumber ?? 0] as const);
  const first = Math.max(nowMs, ...present.map(([, number]) => number + 1));
  const made = new Set(
    operations.flatMap((operation) => (operation.kind === 'create-container' ? [operation.spec.container] : [])),
  );
  const started = operations.flatMap((operation) =>
    operation.kind === 'start-container' && made.has(operation.container) ? [operation.container] : [],
  );
  // One that is made and not started comes last.
  const inOrder = [...new Set([...started, ...made])];
  return new Map([...present, ...inOrder.map((container, index) => [container, first + index] as const)]);
}
