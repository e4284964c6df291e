/** How long units that leave keep their connections. */
const drainMs = 30_000;

/** Units that leave: since when, and whether they may go. */
export class Drains {
  #since: ReadonlyMap<string, number> = new Map();
  /** Those that the balancers were told of. */
  #told: ReadonlySet<string> = new Set();

  /** Names of units that leave now; others are forgotten. */
  observe(leaving: readonly string[], now: number): void {
    this.#since = new Map(leaving.map((name) => [name, this.#since.get(name) ?? now]));
    this.#told = new Set([...this.#told].filter((name) => this.#since.has(name)));
  }

  get units(): ReadonlySet<string> {
    return new Set(this.#since.keys());
  }

  /** The balancers have none of them for new connections any more; what each has open. */
  drained(names: Iterable<string>, sessions: ReadonlyMap<string, number>): void {
    this.#told = new Set([...names].filter((name) => (sessions.get(name) ?? 0) === 0));
  }

  /** Whether a unit has no connections any more, or has had its time. */
  isDone(name: string, now: number): boolean {
    const since = this.#since.get(name);
    return since !== undefined && (this.#told.has(name) || now >= since + drainMs);
  }
}
