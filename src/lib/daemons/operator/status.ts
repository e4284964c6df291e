import { Interrupted, messageOf } from '../../errors.ts';
import type { Clock } from '../clock.ts';

/** Where an operator is. The first two words of a failed state say what it was at. */
export const stateNames = [
  'Initial',
  'ConfigFailed',
  'Booting',
  'ConsulFailed',
  'PostingMetadataFailed',
  'Booted',
  'FetchingDirectoryStateFailed',
  'MergingStateFailed',
  'FetchingNodeStateFailed',
  'NormalizingFailed',
  'AttemptingToRecover',
  'Running',
  'StandingBy',
] as const;
export type StateName = (typeof stateNames)[number];

export interface ServiceStatus {
  readonly state: 'running' | 'ended' | 'waiting' | 'failed' | 'unread' | 'unknown';
  /** Where it is wanted: the file, or a key; empty when it is not, and could not be removed. */
  readonly where: string;
  readonly image?: string;
  readonly container?: string;
  /** Why it is not as wanted. */
  readonly error?: string;
  /** ISO 8601, when it is tried again. */
  readonly retryAt?: string;
}

export interface StatusDocument {
  readonly node: string;
  readonly state: StateName;
  /** ISO 8601, since when it is in this state. */
  readonly since: string;
  readonly lastError: { readonly message: string; readonly at: string; readonly state: StateName } | null;
  readonly notices: readonly string[];
  readonly services: Readonly<Record<string, ServiceStatus>>;
}

/** What an operator tells about itself. Holds no decision: the agent says where it is, others ask. */
export class Status {
  readonly #node: string;
  readonly #clock: Clock;
  readonly #onChange: (state: StateName, error: string | undefined) => void;
  #state: StateName = 'Initial';
  #since: string;
  #lastError: StatusDocument['lastError'] = null;
  notices: readonly string[] = [];
  services: ReadonlyMap<string, ServiceStatus> = new Map();

  constructor(node: string, clock: Clock, onChange: (state: StateName, error: string | undefined) => void = () => {}) {
    this.#node = node;
    this.#clock = clock;
    this.#onChange = onChange;
    this.#since = this.#now();
  }

  get state(): StateName {
    return this.#state;
  }

  get isRunning(): boolean {
    return this.#state === 'Running';
  }

  get hasFailed(): boolean {
    return this.#state.endsWith('Failed');
  }

  enter(state: StateName, error?: string): void {
    const isNew = state !== this.#state || (error !== undefined && error !== this.#lastError?.message);
    if (state !== this.#state) this.#since = this.#now();
    this.#state = state;
    if (error !== undefined) this.#lastError = { message: error, at: this.#now(), state };
    if (isNew) this.#onChange(state, error);
  }

  /** In this state when the work fails. */
  async during<T>(failed: StateName, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Interrupted)) this.enter(failed, messageOf(error));
      throw error;
    }
  }

  toJSON(): StatusDocument {
    return {
      node: this.#node,
      state: this.#state,
      since: this.#since,
      lastError: this.#lastError,
      notices: this.notices,
      services: Object.fromEntries([...this.services].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  }

  #now(): string {
    return new Date(this.#clock.date()).toISOString();
  }
}
