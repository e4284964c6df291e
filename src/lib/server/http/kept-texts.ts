const maxKept = 1000;
/** Of all texts together: one of a service may have a million. */
const maxCharacters = 16 * 2 ** 20;

/** Texts of answers that are asked for again and again, by name or id, each until what it is of changes. */
export class KeptTexts {
  readonly #texts = new Map<string, string>();
  #characters = 0;

  /** The kept text, else what `make` returns. */
  get(key: string, make: () => string): string {
    const kept = this.#texts.get(key);
    if (kept !== undefined) return kept;
    const text = make();
    this.#texts.set(key, text);
    this.#characters += text.length;
    for (const oldest of this.#texts.keys()) {
      if (this.#texts.size <= maxKept && this.#characters <= maxCharacters) break;
      this.#drop(oldest);
    }
    return text;
  }

  /** One of them, or all. */
  forget(key?: string): void {
    if (key !== undefined) this.#drop(key);
    else for (const each of this.#texts.keys()) this.#drop(each);
  }

  #drop(key: string): void {
    this.#characters -= this.#texts.get(key)?.length ?? 0;
    this.#texts.delete(key);
  }
}
