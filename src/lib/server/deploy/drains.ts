/** How long units that leave keep their connections. */
const drainMs = 30_000;

interface Drain {
  /** When the unit began to leave, as the store has it: the limit counts from then, also after another start. */
  readonly since: number;
  /** When this process first saw it leave. */
  readonly seenAt: number;
}

/** Units that leave: since when, and whether they may go. */
export class Drains {
  #units: ReadonlyMap<string, Drain> = new Map();
  /** Those that no balancer gives new connections, with the connections that each has open. */
  #open: ReadonlyMap<string, number> = new Map();

  /** Names of units that leave now, each with the moment in which it began; others are forgotten. */
  observe(leaving: ReadonlyMap<string, number>, now: number): void {
    this.#units = new Map([...leaving].map(([name, since]) => [name, this.#units.get(name) ?? { since, seenAt: now }]));
    this.#open = new Map([...this.#open].filter(([name]) => this.#units.has(name)));
  }

  get units(): ReadonlySet<string> {
    return new Set(this.#units.keys());
  }

  /** The balancers have none of them for new connections any more; what each has open. */
  drained(names: Iterable<string>, sessions: ReadonlyMap<string, number>): void {
    const open = [...names].map((name) => [name, sessions.get(name) ?? 0] as const);
    this.#open = new Map([...this.#open, ...open]);
  }

  /**
   * Whether a unit has no connections any more, or has had its time. One that the balancers may still use, because
   * they could not be asked, has its time from the moment in which this process saw it.
   */
  isDone(name: string, now: number): boolean {
    const unit = this.#units.get(name);
    if (unit === undefined) return false;
    const open = this.#open.get(name);
    return open === 0 || now >= (open === undefined ? unit.seenAt : unit.since) + drainMs;
  }
}
