import type { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Interrupted } from './errors.ts';

/**
 * The outcome of `work`, or Interrupted as soon as the signal aborts. The work itself is not stopped: use it where that
 * changes nothing.
 */
export async function untilInterrupted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const interrupt = (): void => reject(new Interrupted());
  if (signal.aborted) interrupt();
  signal.addEventListener('abort', interrupt, { once: true });
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', interrupt);
  }
}

/** Waits; rejects with Interrupted when the signal aborts. */
export async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => {
    throw new Interrupted();
  });
}

/**
 * For an input that may be a terminal: when that is closed, reading from it and setting its mode are errors, which
 * would end the process before it has undone anything. SIGHUP comes with them.
 */
export function ignoreErrors(input: EventEmitter): void {
  if (input.listenerCount('error') === 0) input.on('error', () => {});
}
