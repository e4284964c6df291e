import type { Log } from '../log.ts';
import type { StateName } from './status.ts';

/** States in the log. One that stays the same from try to try is said once, however often it was tried to leave it. */
export class StateLog {
  readonly #log: Pick<Log, 'debug' | 'info' | 'error'>;
  #said = '';

  constructor(log: Pick<Log, 'debug' | 'info' | 'error'>) {
    this.#log = log;
  }

  say(state: StateName, error: string | undefined): void {
    const words = { state, ...(error === undefined ? {} : { error }) };
    const text = JSON.stringify(words);
    if (state === 'AttemptingToRecover' || text === this.#said) return this.#log.debug(words, 'state');
    this.#said = text;
    this.#log[error === undefined ? 'info' : 'error'](words, 'state');
  }
}
