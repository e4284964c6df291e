import { setTimeout as delay } from 'node:timers/promises';
import type { InstanceLine } from './merge-logs.ts';

/** How long a line waits for earlier lines of other instances. */
const settleMs = 50;
/** A writer waits while there are more lines, so that memory stays bounded. */
const capacity = 2000;
/** The same for their characters: a line may be a megabyte. */
const maxCharacters = 8 * 2 ** 20;

/** Lines from many followers to one reader. Lines that arrive at about the same time are sorted by their times. */
export class LineQueue {
  readonly #signal: AbortSignal;
  #waiting: InstanceLine[] = [];
  #characters = 0;
  #changed = Promise.withResolvers<undefined>();
  #taken = Promise.withResolvers<undefined>();
  #failure: { readonly error: unknown } | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
    const wake = (): void => {
      this.#changed.resolve(undefined);
      this.#taken.resolve(undefined);
    };
    if (signal.aborted) wake();
    else signal.addEventListener('abort', wake, { once: true });
  }

  get #isFull(): boolean {
    return this.#waiting.length >= capacity || this.#characters >= maxCharacters;
  }

  async push(line: InstanceLine): Promise<void> {
    while (this.#isFull && !this.#signal.aborted) await this.#taken.promise;
    this.#waiting.push(line);
    this.#characters += line.text.length;
    this.#changed.resolve(undefined);
  }

  /** The reader gets the error after the lines that were pushed before. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#changed.resolve(undefined);
  }

  /** Ends when the signal aborts; rejects with the error of `fail`. */
  async *lines(): AsyncGenerator<InstanceLine> {
    for (;;) {
      if (this.#waiting.length === 0 && this.#failure === undefined) await this.#changed.promise;
      if (this.#signal.aborted) return;
      if (!this.#isFull) await delay(settleMs, undefined, { signal: this.#signal }).catch(() => {});
      yield* this.#take();
      if (this.#failure !== undefined) throw this.#failure.error;
    }
  }

  #take(): readonly InstanceLine[] {
    const lines = this.#waiting.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
    this.#waiting = [];
    this.#characters = 0;
    const { resolve } = this.#taken;
    this.#taken = Promise.withResolvers<undefined>();
    if (!this.#signal.aborted) this.#changed = Promise.withResolvers<undefined>();
    resolve(undefined);
    return lines;
  }
}
