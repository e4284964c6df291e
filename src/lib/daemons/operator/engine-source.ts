import { EngineUnreachable } from '../../errors.ts';
import type { OpenEngine } from '../../use-cases/open-project.ts';

/** The engine of a daemon: found when it is first asked for, and anew after it went away, since another version may come back. */
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

  /** Told of every failure; forgets an engine that does not answer. */
  failed(error: unknown): void {
    if (error instanceof EngineUnreachable) this.#opened = undefined;
  }
}
