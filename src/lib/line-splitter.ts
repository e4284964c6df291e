/** Longer lines are cut: a program may print without ever ending a line. */
const maxLine = 64 * 1024;

/** Cuts text that comes in pieces into lines. It keeps no more than one line, whatever comes. */
export class LineSplitter {
  readonly #maxLine: number;
  #rest = '';

  constructor(limit = maxLine) {
    this.#maxLine = limit;
  }

  /** The lines that this piece completes. */
  push(piece: string): readonly string[] {
    const lines = (this.#rest + piece).split('\n');
    this.#rest = lines.pop() ?? '';
    while (this.#rest.length > this.#maxLine) {
      lines.push(this.#rest.slice(0, this.#maxLine));
      this.#rest = this.#rest.slice(this.#maxLine);
    }
    return lines;
  }

  /** What is left after the last newline, if anything. */
  end(): readonly string[] {
    const rest = this.#rest;
    this.#rest = '';
    return rest === '' ? [] : [rest];
  }
}
