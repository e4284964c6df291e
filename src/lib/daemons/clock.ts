import { setTimeout as delay } from 'node:timers/promises';

/** Time as loops use it; tests set it. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Milliseconds since 1970, for texts. */
  date(): number;
  /** Returns when the time is over or the signal aborts, whichever comes first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => {}),
};
