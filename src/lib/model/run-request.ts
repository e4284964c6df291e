import type { SetSwitches } from '../switches.ts';

/** What a command line asks for: which instances, and how they shall be. */
export interface RunRequest {
  /** `entries`: every entry, also those that `all` leaves out; for commands that tell and do not run. */
  readonly target: 'all' | 'entries' | 'service' | 'group';
  readonly service?: string;
  readonly instance?: string;
  readonly group?: string;
  /** Only what the command line said. */
  readonly switches: CommandSwitches;
}

export interface CommandSwitches extends SetSwitches {
  readonly instanceType?: string;
  readonly seedCommand?: string;
}
