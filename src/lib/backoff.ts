export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** From 0, the shortest wait, to 1, the longest; tests pass their own. */
  readonly random?: () => number;
}

/**
 * Counts failures in a row and says how long to wait after each: twice as long each time up to a limit, less a random
 * part of at most half, so that many clients do not return in the same moment.
 */
export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  /** Milliseconds to wait after one more failure. */
  next(): number {
    const { firstMs, maxMs, random = Math.random } = this.#options;
    const full = Math.min(maxMs, firstMs * 2 ** Math.min(this.#failures, 20));
    this.#failures += 1;
    return Math.round(full * (0.5 + random() / 2));
  }

  get failures(): number {
    return this.#failures;
  }

  reset(): void {
    this.#failures = 0;
  }
}
