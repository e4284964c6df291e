import type { StateName } from './status.ts';

/** Whose turn it is among the operators of one node. Who has it keeps it while nobody can say, for nobody else was given it as far as anybody here knows. */
export class LeaderLock {
  /** Undefined: not known yet. */
  #isOurs: boolean | undefined;
  #error: Error | undefined;

  get isOurs(): boolean {
    return this.#isOurs === true;
  }

  /** Whether that is news. */
  is(ours: boolean): boolean {
    if (ours === this.#isOurs && this.#error === undefined) return false;
    this.#isOurs = ours;
    this.#error = undefined;
    return true;
  }

  fails(error: Error): void {
    this.#error = error;
  }

  /** Of an operator that waits for it. */
  get state(): readonly [StateName, string?] {
    if (this.#error !== undefined) return ['ConsulFailed', this.#error.message];
    return [this.#isOurs === undefined ? 'Booting' : 'StandingBy'];
  }
}
