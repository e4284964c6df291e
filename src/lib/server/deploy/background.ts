/**
 * Work that takes longer than a pass may: a pull, or the start and the stop of units. Each key has one at a time; its
 * end wakes the loop, and the next pass takes the outcome.
 */
export class BackgroundWork<T> {
  readonly #running = new Map<string, Promise<void>>();
  readonly #outcomes = new Map<string, T>();
  readonly #onEnd: (key: string) => void;

  constructor(onEnd: (key: string) => void) {
    this.#onEnd = onEnd;
  }

  isBusy(key: string): boolean {
    return this.#running.has(key);
  }

  /** Nothing where the key has work or an outcome that was not taken. Work must not reject. */
  start(key: string, work: () => Promise<T>): void {
    if (this.isBusy(key) || this.#outcomes.has(key)) return;
    const run = work().then((outcome) => {
      this.#running.delete(key);
      this.#outcomes.set(key, outcome);
      this.#onEnd(key);
    });
    this.#running.set(key, run);
  }

  /** The outcome of work that has ended, once. */
  take(key: string): T | undefined {
    const outcome = this.#outcomes.get(key);
    this.#outcomes.delete(key);
    return outcome;
  }

  /** Drops the outcomes of other keys, which nobody will take. */
  keepOnly(isWanted: (key: string) => boolean): void {
    for (const key of this.#outcomes.keys()) if (!isWanted(key)) this.#outcomes.delete(key);
  }

  /** When all that runs now has ended. */
  async idle(): Promise<void> {
    await Promise.all(this.#running.values());
  }
}
