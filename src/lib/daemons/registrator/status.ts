import type { Clock } from '../clock.ts';
import { DaemonState, type OnState, type StateDocument } from '../daemon-state.ts';

/** The states of a registrator. A failed one is named after what did not work. */
export const stateNames = ['Initial', 'ConfigFailed', 'EngineFailed', 'EtcdFailed', 'StandingBy', 'Running'] as const;
export type StateName = (typeof stateNames)[number];

/** A container for which a policy has no usable answer. */
export interface PolicyError {
  readonly configuration: string;
  /** Absent: the configuration itself is wrong. */
  readonly container?: string;
  readonly message: string;
  /** `/etc/policies/web.ts:3:7` */
  readonly where?: string;
}

export interface PolicyStatus {
  readonly origin: string;
  /** With a configuration it runs once for each; without a schema, once. */
  readonly configurations: readonly string[];
  /** Keys for which it has asked, of all containers. */
  readonly keys: number;
  readonly errors: readonly PolicyError[];
}

export interface LeaseStatus {
  readonly id: string;
  /** Until it ends when it is not renewed. */
  readonly secondsLeft: number;
}

/** What a pass has found. */
export interface Findings {
  readonly policies: Readonly<Record<string, PolicyStatus>>;
  /** Desired keys with their values, as they are or will be in the directory. */
  readonly keys: Readonly<Record<string, string>>;
  readonly conflicts: readonly string[];
  readonly notices: readonly string[];
}

/** What `/api/state` answers. */
export interface StatusDocument extends StateDocument<StateName>, Findings {
  readonly name: string;
  readonly lease: LeaseStatus | null;
}

/** What a registrator reports about itself. The agent sets it; others read it. */
export class Status extends DaemonState<StateName> {
  name = '';
  findings: Findings = { policies: {}, keys: {}, conflicts: [], notices: [] };
  /** Whether engine and directory answered in the last pass. */
  lease: () => LeaseStatus | undefined = () => undefined;

  constructor(clock: Clock, onChange?: OnState<StateName>) {
    super('Initial', clock, onChange);
  }

  get isRunning(): boolean {
    return this.state === 'Running';
  }

  toJSON(): StatusDocument {
    return { name: this.name, ...this.document(), lease: this.lease() ?? null, ...this.findings };
  }
}
