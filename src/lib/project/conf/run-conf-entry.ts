import type { InstanceType, SetSwitches } from '../../switches.ts';

type TextOrTexts = string | readonly string[];
type Variables = Readonly<Record<string, string | number | null>>;
type PairsOrTexts = Readonly<Record<string, string | number>> | readonly string[];
export type LinkValue = string | { readonly name: string; readonly service: string; readonly instance?: string | null };
export type SecretValue = string | { readonly name: string; readonly file?: string; readonly variable?: string };

export interface LoggingValue {
  readonly driver?: string;
  readonly options?: Readonly<Record<string, string | number | boolean>>;
}

export interface HealthcheckValue {
  readonly test?: TextOrTexts;
  readonly interval?: string | number;
  readonly timeout?: string | number;
  readonly start_period?: string | number;
  readonly retries?: number;
  readonly disable?: boolean;
}

/** One object of run.conf, as written. The schema in run-conf-schema.ts admits exactly this. */
export interface EntryValues extends SetSwitches {
  readonly service: string;
  readonly instance?: string | null;
  readonly replicas?: number;
  readonly instance_type?: InstanceType;
  readonly group?: string;
  readonly links?: readonly LinkValue[];
  readonly env_vars?: Variables;
  readonly sleep?: number;
  readonly volumes?: TextOrTexts;
  readonly hostname?: string;
  readonly autostart?: boolean;
  readonly autorun?: boolean;
  readonly network_mode?: 'nethost' | 'host';
  readonly nethost?: boolean;
  readonly seed_command?: TextOrTexts;
  readonly image?: string;
  readonly ports?: readonly (string | number)[];
  readonly publish_ssh_on?: string | number;
  readonly ssh_between?: boolean;
  readonly env_file?: TextOrTexts;
  readonly secrets?: readonly SecretValue[];
  readonly depends_on?: readonly string[];
  readonly healthcheck?: HealthcheckValue;
  readonly wait?: 'completed';
  readonly logging?: LoggingValue;
  readonly restart?: 'no' | 'always' | 'unless-stopped' | 'on-failure';
  readonly stop_grace_period?: string | number;
  readonly stop_signal?: string;
  readonly mem_limit?: string | number;
  readonly cpus?: number | string;
  readonly user?: string | number;
  readonly working_dir?: string;
  readonly cap_add?: readonly string[];
  readonly cap_drop?: readonly string[];
  readonly devices?: readonly string[];
  readonly privileged?: boolean;
  readonly security_opt?: readonly string[];
  readonly runtime?: string;
  readonly tmpfs?: TextOrTexts;
  readonly ulimits?: Readonly<Record<string, number | { readonly soft: number; readonly hard: number }>>;
  readonly shm_size?: string | number;
  readonly init?: boolean;
  readonly read_only?: boolean;
  readonly aliases?: readonly string[];
  readonly dns?: TextOrTexts;
  readonly extra_hosts?: PairsOrTexts;
  readonly sysctls?: PairsOrTexts;
  readonly labels?: PairsOrTexts;
  readonly platform?: string;
  readonly build_args?: Readonly<Record<string, string | number>>;
  readonly target?: string;
}

export interface RunConfEntry {
  readonly values: EntryValues;
  /** Where the entry begins. */
  readonly where: string;
  /** The place of each key and element, by its path: `env_vars.DB_HOST`, `links.0`. */
  readonly places: Readonly<Record<string, string>>;
  /** Keys that the entry takes from the defaults of its file. */
  readonly inherited?: readonly string[];
}

export interface RunConf {
  /** Base name: `run.conf`. */
  readonly file: string;
  readonly entries: readonly RunConfEntry[];
}

export function placeIn(entry: RunConfEntry, path: string): string {
  return entry.places[path] ?? entry.where;
}

export function entriesOf(service: string, { entries }: RunConf): readonly RunConfEntry[] {
  return entries.filter(({ values }) => values.service === service);
}
