/** Runs at most `width` tasks at once. The waiting task with the lowest rank is next; of equal ranks the earliest. */
export class Limiter {
  #free: number;
  readonly #queue: { readonly rank: number; readonly begin: () => void }[] = [];

  constructor(width: number) {
    this.#free = width;
  }

  async run<T>(rank: number, task: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await this.#turn(rank);
    else this.#free -= 1;
    try {
      return await task();
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) this.#free += 1;
      else next.begin();
    }
  }

  #turn(rank: number): Promise<void> {
    return new Promise((begin) => {
      const before = this.#queue.findIndex((other) => other.rank > rank);
      this.#queue.splice(before === -1 ? this.#queue.length : before, 0, { rank, begin });
    });
  }
}
