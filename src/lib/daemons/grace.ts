import { Interrupted } from '../errors.ts';
import type { Clock } from './clock.ts';

/**
 * Runs work that is worse half done than done: its signal aborts only `graceMs` after the caller's. Rejects without
 * beginning when the caller's has aborted already.
 */
export async function withGrace<T>(
  signal: AbortSignal,
  graceMs: number,
  clock: Clock,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  if (signal.aborted) throw new Interrupted();
  const late = new AbortController();
  const done = new AbortController();
  const startGrace = (): void => {
    void clock.sleep(graceMs, done.signal).then(() => {
      late.abort(signal.reason);
    });
  };
  signal.addEventListener('abort', startGrace, { once: true });
  try {
    return await work(late.signal);
  } finally {
    signal.removeEventListener('abort', startGrace);
    done.abort();
  }
}
