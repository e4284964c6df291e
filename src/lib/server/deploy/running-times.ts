/**
 * Since when units have been running, as this server has seen it: the clocks of nodes may differ from its own. After a
 * restart of the server they begin anew.
 */
export class RunningTimes {
  readonly #steadyMs: number;
  #since: ReadonlyMap<string, number> = new Map();

  constructor(steadyMs: number) {
    this.#steadyMs = steadyMs;
  }

  /** Ids of those among what runs now that have run for long enough; what is not named is forgotten. */
  observe(running: readonly string[], now: number): ReadonlySet<string> {
    this.#since = new Map(running.map((id) => [id, this.#since.get(id) ?? now]));
    return new Set(running.filter((id) => now - (this.#since.get(id) ?? now) >= this.#steadyMs));
  }
}
