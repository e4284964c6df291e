import type { SetSwitches } from '../switches.ts';

/** What a command line asks for: which instances, and with which switches. */
export interface RunRequest {
  /** `entries`: every entry, also those that `all` leaves out; for commands that only report. */
  readonly target: 'all' | 'entries' | 'service' | 'group';
  readonly service?: string;
  readonly instance?: string;
  readonly group?: string;
  /** Of a service without an instance: another one, whatever is there; `never`: none but those that there are. */
  readonly newInstance?: 'always' | 'never';
  /** Keys of the instances that were listed in a question; of those that are meant, no others are stopped. */
  readonly confirmed?: readonly string[];
  /** Only the switches of the command line. */
  readonly switches: CommandSwitches;
}

export interface CommandSwitches extends SetSwitches {
  readonly instanceType?: string;
  readonly seedCommand?: string;
}
