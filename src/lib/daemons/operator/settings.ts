import { trimEndOf } from '../../cut-text.ts';
import { definedOnly } from '../../defined.ts';
import type { ConsulSettings } from '../../directories/consul/open-consul.ts';
import { consulSettingNames, consulVariables, readConsulSettings } from '../consul-settings.ts';
import { readDocument, type ReadDocument } from '../document-reader.ts';
import type { ListenAddress } from '../pages.ts';
import type { SettingsText } from '../settings-file.ts';
import { keyOf, settingsError, SettingsReader } from '../settings-reader.ts';
import { warningText, type DesiredService } from './desired-state.ts';
import { readFileServices } from './file-services.ts';
import { readMetadata } from './metadata.ts';

/** All settings of an operator, from flags, environment and file together. */
export interface OperatorSettings extends ConsulSettings {
  readonly node: string;
  /** False: run once and exit. */
  readonly loop: boolean;
  /** How long one blocking query to Consul may stay open. */
  readonly waitSeconds: number;
  readonly prefix: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** Absent: no HTTP pages. */
  readonly listen?: ListenAddress;
  /** Under which others reach the ports of this node; absent: the address of the Consul agent. */
  readonly address?: string;
  readonly verbose: boolean;
  readonly services: readonly DesiredService[];
  /** Mistakes in the file that keep nothing from working. */
  readonly notices: readonly string[];
}

/** Each is a flag, a key of operator.json (`_` for `-`) and a variable (`OPERATOR_WAIT`); some have one of Consul's. */
const settingNames = [
  ...consulSettingNames,
  'node',
  'loop',
  'wait',
  'metadata',
  'prefix',
  'listen',
  'address',
  'verbose',
] as const;
type SettingName = (typeof settingNames)[number];

export interface SettingsSources {
  readonly flags: Partial<Readonly<Record<SettingName, string | boolean | undefined>>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly file?: SettingsText;
}

type Reader = SettingsReader<SettingName>;

const usage = 'dockerops operator --node NAME --consul HOST[:8500], or both in operator.json';
const nodeForm = /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/;
const waitRange = { min: 1, max: 600, usual: 300, range: 'from 1s to 10m', like: '5m' };

/** Flags beat the environment, which beats the file. Throws with everything that is wrong. */
export function resolveSettings({ flags, environment, file }: SettingsSources): OperatorSettings {
  const document = file === undefined ? undefined : readDocument(file.name, file.text);
  const services = document === undefined ? [] : servicesOf(document);
  const reader = new SettingsReader<SettingName>({ flags, environment, variablesOf, file: document?.root });
  const notices = (document?.warnings ?? []).map(warningText);
  const settings = { ...readSettings(reader, environment), services, notices };
  const problems = [...(document?.problems ?? []), ...reader.problems];
  if (problems.length > 0) throw settingsError('operator', problems, usage);
  return settings;
}

function servicesOf({ root }: ReadDocument): readonly DesiredService[] {
  root.members([...settingNames.map(keyOf), 'services']);
  return readFileServices(root.member('services'));
}

function variablesOf(name: SettingName): readonly string[] {
  const own = `OPERATOR_${keyOf(name).toUpperCase()}`;
  const consul: Partial<Readonly<Record<SettingName, string>>> = consulVariables;
  return [own, consul[name] ?? []].flat();
}

function readSettings(
  reader: Reader,
  environment: SettingsSources['environment'],
): Omit<OperatorSettings, 'services' | 'notices'> {
  return {
    node: readNode(reader),
    ...readConsulSettings(reader, environment),
    loop: reader.switch('loop', true),
    waitSeconds: reader.seconds('wait', waitRange),
    prefix: trimEndOf((reader.text('prefix') ?? '_wakeful').replace(/^\/+/, ''), '/'),
    metadata: mergeMetadata(reader),
    ...definedOnly({ listen: reader.listen('listen', '127.0.0.1:8000'), address: reader.text('address') }),
    verbose: reader.switch('verbose', false),
  };
}

function readNode(reader: Reader): string {
  const node = reader.requiredText('node');
  if (node !== undefined && !nodeForm.test(node))
    reader.failAt(
      'node',
      `"${node}" cannot be the name of a node: letters, digits, "_", "." and "-", the first a letter or digit`,
      'write it like web-1',
    );
  return node ?? '';
}

/** Key by key: a stronger source replaces single keys of the weaker ones. */
function mergeMetadata(reader: Reader): OperatorSettings['metadata'] {
  const maps = reader
    .all('metadata')
    .toReversed()
    .map(({ value, where }) => {
      const { metadata, problems } = readMetadata(where, value);
      reader.problems.push(...problems);
      return metadata;
    });
  return Object.assign({}, ...maps) as Record<string, string>;
}
