import type { Tree } from '../../directories/node-directory.ts';
import type { Clock } from '../clock.ts';

type Pairs = Tree['pairs'];

/** Who puts keys back writes one at a time. */
const quietMs = 30_000;

/**
 * Services' keys that the directory had before it lost its data. They count on until it has keys again and these have been quiet for a
 * while; one that came back counts as it is now, and is not missed when it is deleted after that.
 */
export class LostKeys {
  readonly #clock: Clock;
  #now: Pairs = [];
  #lost: Pairs = [];
  #changedAt = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Services' keys as they are now; `isNews` even when they are the same as before. */
  see(pairs: Pairs, wasReset: boolean, isNews: boolean): void {
    const present = new Set(pairs.map(({ key }) => key));
    const before = wasReset
      ? without(this.#now, new Set(this.#lost.map(({ key }) => key))).concat(this.#lost)
      : this.#lost;
    if (wasReset || isNews || textOf(pairs) !== textOf(this.#now)) this.#changedAt = this.#clock.now();
    this.#now = pairs;
    this.#lost = without(before, present);
  }

  get pairs(): Pairs {
    return this.#lost;
  }

  /** Until they are to be forgotten; undefined while there are none, or nothing has come back. */
  get leftMs(): number | undefined {
    return this.#lost.length === 0 || this.#now.length === 0
      ? undefined
      : Math.max(0, this.#changedAt + quietMs - this.#clock.now());
  }

  forget(): void {
    this.#lost = [];
  }
}

function without(pairs: Pairs, keys: ReadonlySet<string>): Pairs {
  return pairs.filter(({ key }) => !keys.has(key));
}

function textOf(pairs: Pairs): string {
  return JSON.stringify(pairs.map(({ key, value }) => [key, value]).sort());
}
