import { Backoff, type BackoffOptions } from './backoff.ts';
import type { Clock } from './clock.ts';

export interface LoopOptions {
  /** Lists, compares and mends everything. Resolves with when it wants to be called again, at the latest; rejects when it could not. */
  readonly reconcile: (reasons: readonly string[], signal: AbortSignal) => Promise<{ readonly againMs?: number }>;
  /** Told of each failure, with the time until the next attempt. */
  readonly onFailure: (error: unknown, retryMs: number) => void;
  /** Without any other reason it is called so often. */
  readonly resyncMs: number;
  readonly backoff: BackoffOptions;
  readonly clock: Clock;
}

/** After a pass, the next one waits until there has been silence for so long, but not for ever. */
const settleMs = 100;
const maxSettleMs = 1000;
/** Of the pause after a failure, whatever wakes: on a busy engine there is always something. */
const unbrokenPart = 0.25;
const maxUnbrokenMs = 5000;

/**
 * The one loop of all daemons. It is driven by levels: whoever has seen a change only wakes it, and it looks at everything anew, so
 * that a change that was missed is found at the next turn. The first wake is acted on at once; of a burst, what it settles to.
 */
export class ReconcileLoop {
  readonly #options: LoopOptions;
  readonly #backoff: Backoff;
  readonly #reasons = new Set<string>();
  #hasFailed = false;
  #wakes = 0;
  #wakeUp: () => void = () => {};

  constructor(options: LoopOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.backoff);
  }

  /** Something may have changed. Cheap, and right at any moment. */
  wake(reason: string): void {
    this.#reasons.add(reason);
    this.#wakes += 1;
    this.#wakeUp();
  }

  /** Until the signal aborts; a pass that is under way is told by the same signal and awaited. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, resyncMs } = this.#options;
    this.#reasons.add('start');
    const isOver = (): boolean => signal.aborted;
    for (let restMs = 0, ended = -Infinity; !isOver(); ended = clock.now()) {
      if (this.#hasFailed) await clock.sleep(Math.min(restMs * unbrokenPart, maxUnbrokenMs), signal);
      await this.#sleep(ended + restMs - clock.now(), signal);
      if (clock.now() - ended < maxSettleMs) await this.#settle(signal);
      if (isOver()) return;
      restMs = Math.min(resyncMs, await this.#pass(signal));
    }
  }

  async #pass(signal: AbortSignal): Promise<number> {
    const reasons = this.#reasons.size === 0 ? ['resync'] : [...this.#reasons].sort();
    this.#reasons.clear();
    try {
      const { againMs = Infinity } = await this.#options.reconcile(reasons, signal);
      this.#backoff.reset();
      this.#hasFailed = false;
      return againMs;
    } catch (error) {
      if (signal.aborted) return 0;
      this.#hasFailed = true;
      const retryMs = this.#backoff.next();
      this.#options.onFailure(error, retryMs);
      return retryMs;
    }
  }

  /** Ends early when somebody wakes, or has since the last pass began. */
  async #sleep(ms: number, signal: AbortSignal): Promise<void> {
    if (ms <= 0 || this.#reasons.size > 0) return;
    const woken = new AbortController();
    this.#wakeUp = () => {
      woken.abort();
    };
    await this.#options.clock.sleep(ms, AbortSignal.any([signal, woken.signal]));
    this.#wakeUp = () => {};
  }

  async #settle(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    const end = clock.now() + maxSettleMs;
    for (let seen = -1; seen !== this.#wakes && clock.now() < end && !signal.aborted;) {
      seen = this.#wakes;
      await clock.sleep(settleMs, signal);
    }
  }
}
