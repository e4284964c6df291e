import type { StateName } from './status.ts';

/** Which operator of a node is the leader. While Consul cannot be asked, the leader stays: nobody else was elected. */
export class LeaderLock {
  /** Undefined: not known yet. */
  #isOurs: boolean | undefined;
  #error: Error | undefined;

  get isOurs(): boolean {
    return this.#isOurs === true;
  }

  /** True when this is a change. */
  set(isOurs: boolean): boolean {
    if (isOurs === this.#isOurs && this.#error === undefined) return false;
    this.#isOurs = isOurs;
    this.#error = undefined;
    return true;
  }

  failed(error: Error): void {
    this.#error = error;
  }

  /** State of an operator that waits for the lock. */
  get state(): readonly [StateName, string?] {
    if (this.#error !== undefined) return ['ConsulFailed', this.#error.message];
    return [this.#isOurs === undefined ? 'Booting' : 'StandingBy'];
  }
}
