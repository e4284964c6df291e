export interface BackoffOptions {
  readonly firstMs: number;
  readonly mostMs: number;
  /** From 0 to 1; tests give their own. */
  readonly random?: () => number;
}

/** Waits that double with each failure up to a bound, each by chance half as long or less shortened, so that many do not come back at once. */
export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  next(): number {
    const { firstMs, mostMs, random = Math.random } = this.#options;
    const full = Math.min(mostMs, firstMs * 2 ** Math.min(this.#failures, 30));
    this.#failures += 1;
    return Math.round(full * (0.5 + random() / 2));
  }

  reset(): void {
    this.#failures = 0;
  }
}
