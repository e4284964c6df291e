import { definedOnly } from '../../defined.ts';
import type { ConsulSettings } from '../../directories/consul/open-consul.ts';
import type { EtcdSettings } from '../../directories/etcd/open-etcd.ts';
import type { Problem, UserError } from '../../errors.ts';
import type { PolicyChoice } from '../../policies/load-policies.ts';
import { consulSettingNames, consulVariables, readConsulSettings } from '../consul-settings.ts';
import { readDocument } from '../document-reader.ts';
import { etcdSettingNames, etcdVariables, readEtcdSettings } from '../etcd-settings.ts';
import type { ListenAddress } from '../pages.ts';
import type { SettingsText } from '../settings-file.ts';
import { keyOf, settingsError, SettingsReader } from '../settings-reader.ts';

/** All settings of a registrator, from flags, environment and file together. */
export interface RegistratorSettings {
  readonly policies: PolicyChoice;
  /** Folder of configurations. */
  readonly services?: string;
  readonly directory: DirectorySettings;
  /** 0: keys stay until they are deleted. */
  readonly ttlSeconds: number;
  /** Absent: part of the engine's id. */
  readonly name?: string;
  readonly claimsPrefix: string;
  /** Absent: no HTTP pages. */
  readonly listen?: ListenAddress;
  /** Keys go when the stop of their container begins. */
  readonly drain: boolean;
  /** Keys go when the registrator stops. */
  readonly withdraw: boolean;
  /** Keys that no registrator has are taken over. */
  readonly adopt: boolean;
}

export type DirectorySettings =
  | {
      readonly kind: 'etcd';
      readonly etcd: EtcdSettings;
      /** Configurations are read from it, too. */
      readonly isGiven: boolean;
    }
  | { readonly kind: 'consul'; readonly consul: ConsulSettings };

/** Each is a flag and a key of registrator.json (`_` for `-`); some have a variable. */
const settingNames = [
  ...new Set([
    ...(['policy', 'policies', 'services', 'ttl', 'name', 'claims-prefix', 'listen', 'directory'] as const),
    ...(['drain', 'withdraw', 'adopt'] as const),
    ...etcdSettingNames,
    ...consulSettingNames,
  ]),
];
type SettingName = (typeof settingNames)[number];

export interface SettingsSources {
  readonly flags: Partial<Readonly<Record<SettingName, unknown>>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly file?: SettingsText;
  /** Whether it runs once and exits. */
  readonly once: boolean;
}

type Reader = SettingsReader<SettingName>;

const usualTtl = { min: 5, max: 3600, usual: 30, range: 'from 5s to 1h', like: '30s' };
/** Consul refuses sessions that are shorter. */
const consulTtl = { ...usualTtl, min: 10, range: 'from 10s to 1h with Consul' };
const variables: Readonly<Partial<Record<SettingName, string>>> = {
  policies: 'KONTENA_REGISTRATOR_POLICIES',
  services: 'KONTENA_REGISTRATOR_SERVICES',
};

/** Settings with everything that is wrong in them. */
export interface ReadSettings {
  readonly settings: RegistratorSettings;
  readonly problems: readonly Problem[];
}

/** Flags beat the environment, which beats the file. */
export function readSettings({ flags, environment, file, once }: SettingsSources): ReadSettings {
  const document = file === undefined ? undefined : readDocument(file.name, file.text);
  document?.root.members(settingNames.map(keyOf));
  const kind = kindOf(flags.directory ?? document?.root.member('directory').value);
  const variablesOf = (name: SettingName): readonly string[] => [...variablesFor(name, kind)];
  const reader: Reader = new SettingsReader({ flags, environment, variablesOf, file: document?.root });
  const settings = allSettings(reader, environment, { kind, once });
  return { settings, problems: [...(document?.problems ?? []), ...reader.problems] };
}

/** The error when something is wrong with settings, policies or the folder of configurations. */
export function registratorError(problems: readonly Problem[]): UserError {
  return settingsError('registrator', problems, '');
}

type Kind = DirectorySettings['kind'];

function kindOf(value: unknown): Kind {
  return value === 'consul' ? 'consul' : 'etcd';
}

function variablesFor(name: SettingName, kind: Kind): readonly string[] {
  const consul: Partial<Readonly<Record<SettingName, string>>> = consulVariables;
  const etcd: Partial<Readonly<Record<SettingName, readonly string[]>>> = etcdVariables;
  const own = variables[name];
  return [...(own === undefined ? [] : [own]), ...(kind === 'etcd' ? (etcd[name] ?? []) : [consul[name] ?? []].flat())];
}

function allSettings(
  reader: Reader,
  environment: SettingsSources['environment'],
  { kind, once }: { readonly kind: Kind; readonly once: boolean },
): RegistratorSettings {
  return {
    policies: readPolicies(reader),
    directory: readDirectory(reader, environment, kind),
    ttlSeconds: readTtl(reader, kind, once),
    claimsPrefix: readPrefix(reader),
    drain: reader.switch('drain', false),
    withdraw: reader.switch('withdraw', false),
    adopt: reader.switch('adopt', false),
    ...definedOnly({
      services: reader.text('services'),
      name: readName(reader),
      listen: reader.listen('listen', '127.0.0.1:8001'),
    }),
  };
}

function readPolicies(reader: Reader): PolicyChoice {
  const place = reader.text('policies');
  const found = reader.strongest('policy');
  const bundled = [found?.value ?? []].flat();
  const names = bundled.filter((name) => typeof name === 'string');
  if (names.length < bundled.length)
    reader.failAt('policy', 'policy must be a name in double quotes, or a list of them');
  if (place === undefined && names.length === 0)
    reader.fail('--policy', 'is missing, and so is --policies', 'give --policy NAME, or --policies with a folder');
  return { bundled: names, place };
}

function readDirectory(reader: Reader, environment: SettingsSources['environment'], kind: Kind): DirectorySettings {
  const given = reader.text('directory');
  if (given !== undefined && given !== kind)
    reader.failAt('directory', `"${given}" is no directory`, 'it is etcd or consul');
  if (kind === 'consul') return { kind, consul: readConsulSettings(reader, environment) };
  return { kind, etcd: readEtcdSettings(reader), isGiven: reader.strongest('etcd') !== undefined };
}

function readTtl(reader: Reader, kind: Kind, once: boolean): number {
  const found = reader.strongest('ttl');
  if (found?.value === undefined || Number(found.value) !== 0)
    return Math.ceil(reader.seconds('ttl', kind === 'consul' ? consulTtl : usualTtl));
  if (!once) reader.failAt('ttl', 'ttl is 0; only with --once may keys stay for ever', 'write it like 30s');
  return 0;
}

function readPrefix(reader: Reader): string {
  const prefix = reader.text('claims-prefix') ?? '/dockerops/claims';
  if (!/^(\/[^/]+)+$/.test(prefix))
    reader.failAt('claims-prefix', `"${prefix}" is not a prefix of keys`, 'write it like /dockerops/claims');
  return prefix;
}

function readName(reader: Reader): string | undefined {
  const name = reader.text('name');
  if (name !== undefined && !/^[a-zA-Z0-9][a-zA-Z0-9_.:-]{0,127}$/.test(name))
    reader.failAt(
      'name',
      `"${name}" cannot be the name of a registrator: letters, digits and "_.:-", the first a letter or digit`,
      'write it like host-1',
    );
  return name;
}
