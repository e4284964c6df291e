import { readValue, type Pair, type ReadValue } from './desired-state.ts';

/** What the values of keys say. Each is read once, as most stay the same from pass to pass. */
export class KnownValues {
  readonly #known = new Map<string, { readonly value: string; readonly read: ReadValue }>();

  read({ where, value }: Parameters<typeof readValue>[0]): ReadValue {
    const known = this.#known.get(where);
    if (known?.value === value) return known.read;
    const read = readValue({ where, value });
    this.#known.set(where, { value, read });
    return read;
  }

  /** Forgets those of other keys. */
  keepOnly(pairs: readonly Pair[]): void {
    const keys = new Set(pairs.map(({ key }) => key));
    for (const key of this.#known.keys()) if (!keys.has(key)) this.#known.delete(key);
  }
}
