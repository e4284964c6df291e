import type { DirectoryDenied } from '../../directories/directory-errors.ts';

/** When a key that was refused is tried again, as the permission may have been given. */
const retryMs = 60_000;

interface Refusal {
  readonly error: DirectoryDenied;
  readonly retryAt: number;
}

/**
 * Keys that the directory does not permit us to write. It refuses a transaction as a whole, without saying because of
 * which key: the keys of one that was refused are then written each alone, and one that is refused alone is left out
 * for a while.
 */
export class Refusals {
  readonly #refused = new Map<string, Refusal>();
  readonly #alone = new Set<string>();

  /** Keys that need a transaction of their own. */
  get alone(): ReadonlySet<string> {
    return this.#alone;
  }

  /** Those that are left out, and why. */
  at(now: number): ReadonlyMap<string, DirectoryDenied> {
    return new Map([...this.#refused].flatMap(([key, { error, retryAt }]) => (retryAt > now ? [[key, error]] : [])));
  }

  /** A transaction with these keys was refused. */
  note(keys: readonly string[], error: DirectoryDenied, now: number): void {
    for (const key of keys) this.#alone.add(key);
    const [only, ...others] = keys;
    if (only !== undefined && others.length === 0) this.#refused.set(only, { error, retryAt: now + retryMs });
  }

  /** Forgets all keys but these. */
  keep(keys: ReadonlySet<string>): void {
    for (const key of [...this.#alone, ...this.#refused.keys()])
      if (!keys.has(key)) {
        this.#alone.delete(key);
        this.#refused.delete(key);
      }
  }
}
