import { Interrupted, messageOf } from '../errors.ts';
import type { Clock } from './clock.ts';

export type OnState<Name extends string> = (state: Name, error: string | undefined) => void;

/** What every daemon reports of its state; times in ISO 8601. */
export interface StateDocument<Name extends string> {
  readonly state: Name;
  /** When it entered this state. */
  readonly since: string;
  readonly lastError: { readonly message: string; readonly at: string; readonly state: Name } | null;
}

/** The state of a daemon with its last error. Decides nothing. Names of failed states end in `Failed`. */
export class DaemonState<Name extends string> {
  readonly #clock: Clock;
  readonly #onChange: OnState<Name>;
  #state: Name;
  #since: string;
  #lastError: StateDocument<Name>['lastError'] = null;

  constructor(initial: Name, clock: Clock, onChange: OnState<Name> = () => {}) {
    this.#clock = clock;
    this.#onChange = onChange;
    this.#state = initial;
    this.#since = this.#now();
  }

  get state(): Name {
    return this.#state;
  }

  get hasFailed(): boolean {
    return this.#state.endsWith('Failed');
  }

  enter(state: Name, error?: string): void {
    const isNew = state !== this.#state || (error !== undefined && error !== this.#lastError?.message);
    if (state !== this.#state) this.#since = this.#now();
    this.#state = state;
    if (error !== undefined) this.#lastError = { message: error, at: this.#now(), state };
    if (isNew) this.#onChange(state, error);
  }

  /** Enters `failed` when the work rejects, unless it was interrupted. */
  async during<T>(failed: Name, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Interrupted)) this.enter(failed, messageOf(error));
      throw error;
    }
  }

  protected document(): StateDocument<Name> {
    return { state: this.#state, since: this.#since, lastError: this.#lastError };
  }

  #now(): string {
    return new Date(this.#clock.date()).toISOString();
  }
}
