import { Backoff, type BackoffOptions } from '../backoff.ts';
import type { EngineEvent } from '../engine/engine.ts';
import type { Clock } from './clock.ts';
import { ReportedChanges, type ListedContainer } from './reported-changes.ts';

export interface PassResult {
  /** The longest time until the next pass. */
  readonly againMs?: number;
  /** All containers as the engine listed them in this pass. */
  readonly listed?: readonly ListedContainer[];
}

export interface LoopOptions {
  /** One pass over everything; rejects when it could not be made. */
  readonly reconcile: (reasons: readonly string[], signal: AbortSignal) => Promise<PassResult>;
  /** Called for each failed pass, with the time until the next attempt. */
  readonly onFailure: (error: unknown, retryMs: number) => void;
  /** The longest time between two passes. */
  readonly resyncMs: number;
  readonly backoff: BackoffOptions;
  readonly clock: Clock;
  /** Where passes cost little, shorter than the usual. */
  readonly settle?: Settle;
}

/** Shortly after a pass, the next one waits for so long without a wake, but at most the maximum. */
export interface Settle {
  readonly quietMs: number;
  readonly maxMs: number;
}
const usualSettle: Settle = { quietMs: 100, maxMs: 1000 };
/** The part of the pause after a failure that no wake ends: a busy engine has events all the time. */
const fixedPart = 0.25;
const maxFixedMs = 5000;
/** The pause before a list that contradicts an event is read again; it grows with the age of the event. */
const listAgain = { firstMs: 50, maxMs: 1000 };

/**
 * The loop of all daemons. It is level-triggered: an event only wakes it, and each pass observes everything, so that a
 * missed event costs no more than the time to the next pass. The first wake starts a pass at once; after that, a burst
 * of wakes starts one pass when it has settled. A pass whose list contradicts an event of the engine is not the last
 * one: others follow until the list agrees.
 */
export class ReconcileLoop {
  readonly #options: LoopOptions;
  readonly #backoff: Backoff;
  readonly #reasons = new Set<string>();
  readonly #reported: ReportedChanges;
  #hasFailed = false;
  #wakes = 0;
  #wakeUp: () => void = () => {};

  constructor(options: LoopOptions) {
    this.#options = options;
    this.#backoff = new Backoff(options.backoff);
    this.#reported = new ReportedChanges(options.clock);
  }

  get #settleTimes(): Settle {
    return this.#options.settle ?? usualSettle;
  }

  /** Something may have changed, as an event of the engine says. Cheap; may be called at any time. */
  wake(reason: string, event?: EngineEvent): void {
    if (event !== undefined) this.#reported.note(event);
    this.#reasons.add(reason);
    this.#wakes += 1;
    this.#wakeUp();
  }

  /** Until the signal aborts. A running pass gets the same signal and is awaited. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, resyncMs } = this.#options;
    this.#reasons.add('start');
    const isOver = (): boolean => signal.aborted;
    for (let restMs = 0, ended = -Infinity; !isOver(); ended = clock.now()) {
      if (this.#hasFailed) await clock.sleep(Math.min(restMs * fixedPart, maxFixedMs), signal);
      await this.#sleep(ended + restMs - clock.now(), signal);
      if (clock.now() - ended < this.#settleTimes.maxMs) await this.#settle(signal);
      if (isOver()) return;
      restMs = Math.min(resyncMs, await this.#pass(signal));
    }
  }

  async #pass(signal: AbortSignal): Promise<number> {
    const reasons = this.#reasons.size === 0 ? ['resync'] : [...this.#reasons].sort();
    this.#reasons.clear();
    try {
      const { againMs = Infinity, listed } = await this.#options.reconcile(reasons, signal);
      this.#backoff.reset();
      this.#hasFailed = false;
      return Math.min(againMs, listed === undefined ? Infinity : this.#listAgainMs(listed));
    } catch (error) {
      if (signal.aborted) return 0;
      this.#hasFailed = true;
      const retryMs = this.#backoff.next();
      this.#options.onFailure(error, retryMs);
      return retryMs;
    }
  }

  #listAgainMs(listed: readonly ListedContainer[]): number {
    const aheadMs = this.#reported.aheadMs(listed);
    return aheadMs === undefined ? Infinity : Math.min(Math.max(aheadMs, listAgain.firstMs), listAgain.maxMs);
  }

  /** Ends early at a wake, also at one since the last pass began. */
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
    const { quietMs, maxMs } = this.#settleTimes;
    const end = clock.now() + maxMs;
    for (let counted = -1; counted !== this.#wakes && clock.now() < end && !signal.aborted;) {
      counted = this.#wakes;
      await clock.sleep(quietMs, signal);
    }
  }
}
