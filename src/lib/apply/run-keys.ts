import type { KeyText } from '../model/key-text.ts';
import type { ApplyContext } from './context.ts';

/** Keys that a run made, else those that are kept. They are the project's, whatever the host. */
export class RunKeys {
  readonly #kept: ApplyContext['keys'];
  readonly #known = new Map<string, KeyText>();

  constructor(kept: ApplyContext['keys']) {
    this.#kept = kept;
  }

  set(name: string, key: KeyText): void {
    this.#known.set(name, key);
  }

  async get(name: string): Promise<KeyText> {
    const known = this.#known.get(name) ?? (await this.#kept.read(name));
    this.#known.set(name, known);
    return known;
  }
}
