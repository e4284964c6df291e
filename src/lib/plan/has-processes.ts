import type { ObservedContainer } from '../model/observed-state.ts';

/**
 * Whether a container has processes. Paused and restarting ones do: they are stopped before they are removed, and
 * hold the ports and directories that they use.
 */
export function hasProcesses({ state }: Pick<ObservedContainer, 'state'>): boolean {
  return state === 'running' || state === 'restarting' || state === 'paused';
}
