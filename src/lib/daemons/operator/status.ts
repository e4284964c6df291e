import type { Clock } from '../clock.ts';
import { DaemonState, type OnState, type StateDocument } from '../daemon-state.ts';

/** The states of an operator. A failed one is named after what it was doing. */
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
  /** The place that defines it: the file or a key; empty for one that is no longer desired and could not be removed. */
  readonly where: string;
  readonly image?: string;
  readonly container?: string;
  /** Why it is not as desired. */
  readonly error?: string;
  /** ISO 8601, when it is tried again. */
  readonly retryAt?: string;
}

/** What `/api/state` answers. */
export interface StatusDocument extends StateDocument<StateName> {
  readonly node: string;
  readonly notices: readonly string[];
  readonly services: Readonly<Record<string, ServiceStatus>>;
}

/** What an operator reports about itself: its state and that of every service. The agent sets it; others read it. */
export class Status extends DaemonState<StateName> {
  readonly #node: string;
  notices: readonly string[] = [];
  services: ReadonlyMap<string, ServiceStatus> = new Map();

  constructor(node: string, clock: Clock, onChange?: OnState<StateName>) {
    super('Initial', clock, onChange);
    this.#node = node;
  }

  get isRunning(): boolean {
    return this.state === 'Running';
  }

  toJSON(): StatusDocument {
    return {
      node: this.#node,
      ...this.document(),
      notices: this.notices,
      services: Object.fromEntries([...this.services].sort(([a], [b]) => (a < b ? -1 : 1))),
    };
  }
}
