/** Logs each notice once, and again when it returns after it was gone. */
export class Notices {
  readonly #warn: (text: string) => void;
  #logged: ReadonlySet<string> = new Set();

  constructor(warn: (text: string) => void) {
    this.#warn = warn;
  }

  /** All notices that apply now. */
  set(notices: readonly string[]): void {
    for (const notice of notices) if (!this.#logged.has(notice)) this.#warn(notice);
    this.#logged = new Set(notices);
  }
}
