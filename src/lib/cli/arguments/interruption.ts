import { Interrupted } from '../../errors.ts';

/** Ctrl-C and SIGTERM as an AbortSignal: the first one shuts the command down, the second one quits at once. */
export class Interruption {
  readonly #controller = new AbortController();
  readonly #onFirst: () => void;

  constructor(onFirst: () => void) {
    this.#onFirst = onFirst;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  listen(): void {
    process.on('SIGINT', this.receive);
    process.on('SIGTERM', this.receive);
  }

  stopListening(): void {
    process.off('SIGINT', this.receive);
    process.off('SIGTERM', this.receive);
  }

  readonly receive = (by: NodeJS.Signals = 'SIGINT'): void => {
    if (this.signal.aborted) process.exit(130);
    this.#controller.abort(new Interrupted(undefined, by));
    this.#onFirst();
  };
}
