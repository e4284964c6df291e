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

export interface CommandSwitches {
  readonly instanceType?: string;
  readonly linked?: boolean;
  readonly publishPorts?: boolean;
  readonly persistentData?: boolean;
  readonly persistentOpt?: boolean;
  readonly persistentLog?: boolean;
  readonly persistentHome?: boolean;
  readonly persistentShared?: boolean;
  readonly interactive?: boolean;
  readonly safemode?: boolean;
  readonly seedCommand?: string;
}
