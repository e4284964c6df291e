import { Backoff, type BackoffOptions } from '../backoff.ts';
import type { Clock } from './clock.ts';

export interface WatchOptions<T> {
  readonly open: (signal: AbortSignal) => AsyncIterable<T>;
  readonly onItem: (item: T) => void;
  /** The stream broke; it is opened again after this time. */
  readonly onBreak: (error: unknown, retryMs: number) => void;
  readonly backoff: BackoffOptions;
  readonly clock: Clock;
}

/** Reads a stream and opens it again whenever it ends, until the signal aborts. An item resets the back-off. */
export async function keepWatching<T>(options: WatchOptions<T>, signal: AbortSignal): Promise<void> {
  const backoff = new Backoff(options.backoff);
  const isOver = (): boolean => signal.aborted;
  while (!isOver()) {
    const error = await follow(options, backoff, signal);
    if (isOver()) return;
    const retryMs = backoff.next();
    options.onBreak(error, retryMs);
    await options.clock.sleep(retryMs, signal);
  }
}

async function follow<T>({ open, onItem }: WatchOptions<T>, backoff: Backoff, signal: AbortSignal): Promise<unknown> {
  try {
    for await (const item of open(signal)) {
      backoff.reset();
      onItem(item);
    }
    return new Error('the stream ended');
  } catch (error) {
    return error;
  }
}
