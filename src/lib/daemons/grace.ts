import { Interrupted } from '../errors.ts';
import type { Clock } from './clock.ts';

/**
 * For work that is worse half done than done: its signal aborts only some time after the caller's. It is not begun when that has
 * aborted already.
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
  const begin = (): void => {
    void clock.sleep(graceMs, done.signal).then(() => {
      late.abort(signal.reason);
    });
  };
  signal.addEventListener('abort', begin, { once: true });
  try {
    return await work(late.signal);
  } finally {
    signal.removeEventListener('abort', begin);
    done.abort();
  }
}
