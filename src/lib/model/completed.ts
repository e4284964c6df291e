import type { ObservedContainer } from './observed-state.ts';

/** Whether a container of an instance that is to run to its end has done so. */
export function isCompleted(container: ObservedContainer): boolean {
  return container.ownership?.spec.wait === 'completed' && hasSucceeded(container);
}

export function hasSucceeded({ state, exitCode }: Pick<ObservedContainer, 'state' | 'exitCode'>): boolean {
  return state === 'exited' && exitCode === 0;
}
