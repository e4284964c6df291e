/** Kinds of instances: each is a set of default switches. An instance whose name is one of these is of that type. */
export const instanceTypes = ['standard', 'published', 'persistent', 'master', 'debug'] as const;
export type InstanceType = (typeof instanceTypes)[number];

export function isInstanceType(name: string): name is InstanceType {
  return (instanceTypes as readonly string[]).includes(name);
}

export interface Switch {
  /** Types of instances that have it on when neither run.conf nor the command line sets it. */
  readonly on: readonly InstanceType[];
  /** What it does, as an imperative in lower case: for the help of its flag and the schema of run.conf. */
  readonly does: string;
  /** Environment variable of the instance that tells its programs `True` or `False`. */
  readonly variable?: string;
  /** Path in the instance's spec of what it decides. */
  readonly decides?: string;
  /** Folder of the data directory that it mounts: one for each instance, or one that all instances share. */
  readonly keeps?: { readonly folder: string; readonly target: string; readonly shared?: true };
}

/**
 * Everything about a switch is its row here: the types, the flags, the schema of run.conf, the mounts and the docs are
 * made from this table. The name is the key in run.conf; the flag is the same with hyphens.
 */
const rows = {
  linked: {
    on: ['standard', 'published', 'persistent', 'master'],
    does: 'use the links of run.conf and the DNS',
  },
  publish_ports: {
    on: ['published', 'master'],
    does: 'publish ports on the host: those of "ports", else those of EXPOSE',
    decides: 'ports',
  },
  persistent_data: {
    on: ['persistent', 'master'],
    does: 'keep /data on the host',
    variable: 'PERSISTENT_DATA',
    keeps: { folder: 'data', target: '/data' },
  },
  persistent_opt: {
    on: [],
    does: 'keep /opt on the host',
    variable: 'PERSISTENT_OPT',
    keeps: { folder: 'opt', target: '/opt' },
  },
  persistent_log: {
    on: ['persistent', 'master'],
    does: 'keep /var/log on the host',
    variable: 'PERSISTENT_LOG',
    keeps: { folder: 'log', target: '/var/log' },
  },
  persistent_home: {
    on: [],
    does: 'keep /home on the host',
    keeps: { folder: 'home', target: '/home' },
  },
  persistent_shared: {
    on: [],
    does: 'mount a folder of the host at /shared, the same for all instances with this switch',
    keeps: { folder: 'shared', target: '/shared', shared: true },
  },
  interactive: {
    on: ['debug'],
    does: 'run a shell instead of the command',
    decides: 'runtime.interactive',
  },
  safemode: {
    on: ['debug'],
    does: 'skip the entrypoints of the images',
    variable: 'SAFEMODE',
  },
} satisfies Readonly<Record<string, Switch>>;

export type SwitchName = keyof typeof rows;
/** A value for each switch that is set somewhere. */
export type SetSwitches = Readonly<Partial<Record<SwitchName, boolean>>>;

export const switchTable: Readonly<Record<SwitchName, Switch>> = rows;
export const switchNames = Object.keys(rows) as readonly SwitchName[];

/** An object with a value for each switch. */
export function forEachSwitch<T>(valueOf: (name: SwitchName, row: Switch) => T): Readonly<Record<SwitchName, T>> {
  return Object.fromEntries(switchNames.map((name) => [name, valueOf(name, switchTable[name])])) as Record<
    SwitchName,
    T
  >;
}
