/** Jobs that are asked about again and again. */
const maxKept = 1000;

/** Answers to `GET /status/:id`, until the job changes. */
export class StatusTexts {
  readonly #texts = new Map<string, string>();

  /** The kept text, else what `make` returns. */
  get(id: string, make: () => string): string {
    const kept = this.#texts.get(id);
    if (kept !== undefined) return kept;
    const text = make();
    const [oldest] = this.#texts.keys();
    if (this.#texts.size >= maxKept && oldest !== undefined) this.#texts.delete(oldest);
    this.#texts.set(id, text);
    return text;
  }

  /** Of one job, or of all. */
  forget(id?: string): void {
    if (id === undefined) this.#texts.clear();
    else this.#texts.delete(id);
  }
}
