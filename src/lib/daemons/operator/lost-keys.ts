import type { Tree } from '../../directories/node-directory.ts';
import type { Clock } from '../clock.ts';

type Pairs = Tree['pairs'];

/** How long restored keys must stay unchanged: keys are put back one at a time. */
const settleMs = 30_000;

/**
 * Keys of services that the directory had before it lost its data. They stay desired until the directory has keys again
 * and these have settled. A key that came back counts as it is now, and may be deleted after that.
 */
export class LostKeys {
  readonly #clock: Clock;
  #present: Pairs = [];
  #lost: Pairs = [];
  #changedAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Takes the present keys of services; `isReconnected` restarts the time in which they have to stay unchanged. */
  update(pairs: Pairs, wasReset: boolean, isReconnected: boolean): void {
    const before = wasReset ? without(this.#present, keysOf(this.#lost)).concat(this.#lost) : this.#lost;
    if (wasReset || isReconnected || !areEqual(pairs, this.#present)) this.#changedAt = this.#clock.now();
    this.#present = pairs;
    this.#lost = without(before, keysOf(pairs));
  }

  get pairs(): Pairs {
    return this.#lost;
  }

  /** Until they are forgotten; undefined when there are none, or when no key has come back yet. */
  get leftMs(): number | undefined {
    return this.#lost.length === 0 || this.#present.length === 0
      ? undefined
      : Math.max(0, this.#changedAt + settleMs - this.#clock.now());
  }

  forget(): void {
    this.#lost = [];
  }
}

function keysOf(pairs: Pairs): ReadonlySet<string> {
  return new Set(pairs.map(({ key }) => key));
}

function without(pairs: Pairs, keys: ReadonlySet<string>): Pairs {
  return pairs.filter(({ key }) => !keys.has(key));
}

function areEqual(pairs: Pairs, others: Pairs): boolean {
  const values = new Map(others.map(({ key, value }) => [key, value]));
  return pairs.length === others.length && pairs.every(({ key, value }) => values.get(key) === value);
}
