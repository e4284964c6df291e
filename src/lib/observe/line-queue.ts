import { setTimeout as delay } from 'node:timers/promises';
import type { InstanceLine } from './merge-logs.ts';

/** Lines wait so long for earlier ones of other instances. */
const settleMs = 50;
/** Who writes more than is read waits, so that memory stays bounded. */
const capacity = 2000;

/** Lines of many followers on their way to one reader, who gets those that come at about the same time in the order of their times. */
export class LineQueue {
  readonly #signal: AbortSignal;
  #waiting: InstanceLine[] = [];
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

  async push(line: InstanceLine): Promise<void> {
    while (this.#waiting.length >= capacity && !this.#signal.aborted) await this.#taken.promise;
    this.#waiting.push(line);
    this.#changed.resolve(undefined);
  }

  /** The reader is told after the lines that came before. */
  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#changed.resolve(undefined);
  }

  /** Ends when the signal aborts; throws what `fail` was told. */
  async *lines(): AsyncGenerator<InstanceLine> {
    for (;;) {
      if (this.#waiting.length === 0 && this.#failure === undefined) await this.#changed.promise;
      if (this.#signal.aborted) return;
      if (this.#waiting.length < capacity) await delay(settleMs, undefined, { signal: this.#signal }).catch(() => {});
      yield* this.#take();
      if (this.#failure !== undefined) throw this.#failure.error;
    }
  }

  #take(): readonly InstanceLine[] {
    const lines = this.#waiting.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0));
    this.#waiting = [];
    const { resolve } = this.#taken;
    this.#taken = Promise.withResolvers<undefined>();
    if (!this.#signal.aborted) this.#changed = Promise.withResolvers<undefined>();
    resolve(undefined);
    return lines;
  }
}
