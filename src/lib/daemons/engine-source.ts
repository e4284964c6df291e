import { EngineUnreachable } from '../errors.ts';
import type { OpenEngine } from '../use-cases/open-engine.ts';

/** The engine of a daemon: opened at the first use, and again after it was unreachable: it may have been upgraded. */
export class EngineSource {
  readonly #open: () => Promise<OpenEngine>;
  #opened: Promise<OpenEngine> | undefined;

  constructor(open: () => Promise<OpenEngine>) {
    this.#open = open;
  }

  get(): Promise<OpenEngine> {
    this.#opened ??= this.#open().catch((error: unknown) => {
      this.#opened = undefined;
      throw error;
    });
    return this.#opened;
  }

  /** Takes every failure of the daemon; forgets the engine when that does not answer. */
  failed(error: unknown): void {
    if (error instanceof EngineUnreachable) this.#opened = undefined;
  }
}
