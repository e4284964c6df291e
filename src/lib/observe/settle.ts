import { setTimeout as delay } from 'node:timers/promises';
import type { ObservedContainer, ObservedState } from '../model/observed-state.ts';

/** Longer than an engine takes to restart a container for the first time, or to finish removing one. */
const defaultLimitMs = 2000;
const pauseMs = 100;

/**
 * While a container is restarting, lists show it without address and ports; one that is being removed is listed, too.
 * Observes again until no own container is in such a state, but not for long, because one that keeps failing is always
 * restarting.
 */
export async function settled(
  first: ObservedState,
  observe: () => Promise<ObservedState>,
  isOwn: (container: ObservedContainer) => boolean,
  limitMs = defaultLimitMs,
): Promise<ObservedState> {
  const end = performance.now() + limitMs;
  let observed = first;
  while (
    observed.containers.some((container) => isChanging(container) && isOwn(container)) &&
    performance.now() < end
  ) {
    await delay(pauseMs);
    observed = await observe();
  }
  return observed;
}

function isChanging({ state }: ObservedContainer): boolean {
  return state === 'restarting' || state === 'removing';
}
