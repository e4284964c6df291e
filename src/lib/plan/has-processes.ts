import type { ObservedContainer } from '../model/observed-state.ts';

/** Paused ones and those between two lives have them, too: they are stopped before they are removed, and hold what they use. */
export function hasProcesses({ state }: Pick<ObservedContainer, 'state'>): boolean {
  return state === 'running' || state === 'restarting' || state === 'paused';
}
