import { backOffMs } from '../directories/back-off.ts';

export interface BackoffOptions {
  readonly firstMs: number;
  readonly maxMs: number;
  /** From 0, the shortest wait, to 1; tests give their own. */
  readonly random?: () => number;
}

/** Counts failures, and says how long to wait after each. */
export class Backoff {
  readonly #options: BackoffOptions;
  #failures = 0;

  constructor(options: BackoffOptions) {
    this.#options = options;
  }

  next(): number {
    const { firstMs, maxMs, random = Math.random } = this.#options;
    this.#failures += 1;
    return Math.round(backOffMs(this.#failures, () => 1 - random(), firstMs, maxMs));
  }

  reset(): void {
    this.#failures = 0;
  }
}
