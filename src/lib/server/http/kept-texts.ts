const maxKept = 1000;

/** Texts of answers that are asked for again and again, by name or id, each until what it is of changes. */
export class KeptTexts {
  readonly #texts = new Map<string, string>();

  /** The kept text, else what `make` returns. */
  get(key: string, make: () => string): string {
    const kept = this.#texts.get(key);
    if (kept !== undefined) return kept;
    const text = make();
    const [oldest] = this.#texts.keys();
    if (this.#texts.size >= maxKept && oldest !== undefined) this.#texts.delete(oldest);
    this.#texts.set(key, text);
    return text;
  }

  /** One of them, or all. */
  forget(key?: string): void {
    if (key === undefined) this.#texts.clear();
    else this.#texts.delete(key);
  }
}
