import { Backoff, type BackoffOptions } from '../backoff.ts';
import { Interrupted, OperationFailed } from '../errors.ts';
import type { Clock } from './clock.ts';

/** How an attempt at the one pass of a daemon ended. */
export type Attempt =
  | 'done'
  | {
      /** Why it has to be tried again: `images are still being pulled`. */
      readonly waitsFor: string;
      /** Settles when another attempt makes sense; without it the next one follows after a pause. */
      readonly until?: Promise<void>;
    };

export interface RunOnceOptions {
  /** Rejects when no later attempt could succeed. */
  readonly attempt: (signal: AbortSignal) => Promise<Attempt>;
  /** Of the error when the time is over. */
  readonly code: string;
  readonly backoff: BackoffOptions;
  readonly clock: Clock;
}

/** Runs one pass of a daemon: tries until it is done (its lock, its directory or images may be missing) or a limit. */
export class RunOnce {
  readonly #options: RunOnceOptions;
  readonly #backoff: Backoff;
  #wakes = 0;
  #wakeUp: () => void = () => {};

  constructor(options: RunOnceOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.backoff);
  }

  /** Ends the pause between two attempts, since what one waits for may be there. */
  wake(): void {
    this.#wakes += 1;
    this.#wakeUp();
  }

  /** Rejects when the pass was not done within the limit, with what was missing. */
  async run(signal: AbortSignal, limitMs: number): Promise<void> {
    const { attempt, clock, code } = this.#options;
    for (const end = clock.now() + limitMs; ;) {
      const wakes = this.#wakes;
      const result = await attempt(signal);
      if (result === 'done') return;
      if (clock.now() >= end) throw new OperationFailed(result.waitsFor, { code });
      if (result.until !== undefined) await this.#within(end, signal, result.until);
      else if (wakes === this.#wakes)
        await this.#within(Math.min(end, clock.now() + this.#backoff.next()), signal, this.#woken());
      if (signal.aborted) throw new Interrupted();
    }
  }

  #woken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wakeUp = resolve;
    });
  }

  async #within(end: number, signal: AbortSignal, work: Promise<void>): Promise<void> {
    const { clock } = this.#options;
    const over = new AbortController();
    await Promise.race([work, clock.sleep(end - clock.now(), AbortSignal.any([signal, over.signal]))]).finally(() => {
      over.abort();
    });
  }
}
