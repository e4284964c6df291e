import { setTimeout as delay } from 'node:timers/promises';

/** Time as loops use it, so that tests can turn it. */
export interface Clock {
  /** Milliseconds that only grow. */
  now(): number;
  /** Milliseconds since 1970, for what people read. */
  date(): number;
  /** Returns when the time is over or the signal aborts, whichever comes first. */
  sleep(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  date: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, { signal }).catch(() => {}),
};
