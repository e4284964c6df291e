import type { Log } from './log.ts';

type StateLogger = Pick<Log, 'debug' | 'info' | 'error'>;

/** Logs a daemon's states. One that returns unchanged after failed attempts to leave it is logged once. */
export class StateLog {
  readonly #log: StateLogger;
  readonly #transient: ReadonlySet<string>;
  #last = '';

  /** `transient`: states between two attempts, which are logged at level debug. */
  constructor(log: StateLogger, transient: readonly string[] = []) {
    this.#log = log;
    this.#transient = new Set(transient);
  }

  entered(state: string, error: string | undefined): void {
    const fields = { state, ...(error === undefined ? {} : { error }) };
    const text = JSON.stringify(fields);
    if (this.#transient.has(state) || text === this.#last) return this.#log.debug(fields, 'state');
    this.#last = text;
    this.#log[error === undefined ? 'info' : 'error'](fields, 'state');
  }
}
