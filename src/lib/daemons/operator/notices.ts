/** Things that somebody should mend: each is told once, and again when it comes back after it was gone. */
export class Notices {
  readonly #warn: (text: string) => void;
  #told: ReadonlySet<string> = new Set();

  constructor(warn: (text: string) => void) {
    this.#warn = warn;
  }

  tell(notices: readonly string[]): void {
    for (const notice of notices) if (!this.#told.has(notice)) this.#warn(notice);
    this.#told = new Set(notices);
  }
}
