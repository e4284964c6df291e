import { EngineUnreachable } from '../../errors.ts';
import type { EnginePlatform } from '../../use-cases/open-project.ts';

/** The engine of a daemon: found when it is first asked for, and anew after it went away, since another version may come back. */
export class EngineSource {
  readonly #open: () => Promise<EnginePlatform>;
  #platform: Promise<EnginePlatform> | undefined;

  constructor(open: () => Promise<EnginePlatform>) {
    this.#open = open;
  }

  get(): Promise<EnginePlatform> {
    this.#platform ??= this.#open().catch((error: unknown) => {
      this.#platform = undefined;
      throw error;
    });
    return this.#platform;
  }

  /** Told of every failure; forgets an engine that does not answer. */
  failed(error: unknown): void {
    if (error instanceof EngineUnreachable) this.#platform = undefined;
  }
}
