import { Backoff, type BackoffOptions } from '../backoff.ts';
import type { Clock } from './clock.ts';

interface Failure {
  readonly fingerprint: string;
  readonly backoff: Backoff;
  dueMs: number;
  error: string;
}

/** What failed, and when each is tried again: at once when its definition (the fingerprint) has changed since. */
export class Retries {
  readonly #options: BackoffOptions;
  readonly #clock: Clock;
  readonly #failures = new Map<string, Failure>();

  constructor(options: BackoffOptions, clock: Clock) {
    this.#options = options;
    this.#clock = clock;
  }

  /** The error for which it is not tried now; undefined: it is due. */
  waiting(name: string, fingerprint: string): string | undefined {
    const failure = this.#failures.get(name);
    if (failure?.fingerprint !== fingerprint || failure.dueMs <= this.#clock.now()) return undefined;
    return failure.error;
  }

  failed(name: string, fingerprint: string, error: string): void {
    const known = this.#failures.get(name);
    const backoff = known?.fingerprint === fingerprint ? known.backoff : new Backoff(this.#options);
    this.#failures.set(name, { fingerprint, backoff, error, dueMs: this.#clock.now() + backoff.next() });
  }

  succeeded(name: string): void {
    this.#failures.delete(name);
  }

  names(): readonly string[] {
    return [...this.#failures.keys()];
  }

  /** Forgets all others, so that nothing accumulates. */
  keepOnly(names: ReadonlySet<string>): void {
    for (const name of this.#failures.keys()) if (!names.has(name)) this.#failures.delete(name);
  }

  /** When it is tried again, in ISO 8601. */
  dueAt(name: string): string | undefined {
    const failure = this.#failures.get(name);
    return failure === undefined
      ? undefined
      : new Date(this.#clock.date() + Math.max(0, failure.dueMs - this.#clock.now())).toISOString();
  }

  error(name: string): string | undefined {
    return this.#failures.get(name)?.error;
  }

  /** Until the next one is due; undefined: none waits. */
  nextMs(): number | undefined {
    const due = [...this.#failures.values()].map(({ dueMs }) => dueMs);
    return due.length === 0 ? undefined : Math.max(0, Math.min(...due) - this.#clock.now());
  }
}
