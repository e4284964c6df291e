import { setTimeout as delay } from 'node:timers/promises';
import type { ObservedContainer, ObservedState } from '../model/observed-state.ts';

/** Longer than an engine takes to bring back what died once, or to take away what it is removing. */
const usualLimitMs = 2000;
const pauseMs = 100;

/**
 * While the engine brings a container back, its lists show it without address and ports, and for a moment one that is being removed. Looks
 * again until no own container is on the way, but not for long: what dies again and again is always on the way.
 */
export async function settled(
  first: ObservedState,
  look: () => Promise<ObservedState>,
  isOwn: (container: ObservedContainer) => boolean,
  limitMs = usualLimitMs,
): Promise<ObservedState> {
  const end = performance.now() + limitMs;
  let observed = first;
  while (
    observed.containers.some((container) => isOnTheWay(container) && isOwn(container)) &&
    performance.now() < end
  ) {
    await delay(pauseMs);
    observed = await look();
  }
  return observed;
}

function isOnTheWay({ state }: ObservedContainer): boolean {
  return state === 'restarting' || state === 'removing';
}
