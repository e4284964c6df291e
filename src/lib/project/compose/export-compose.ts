import { Document } from 'yaml';
import { definedOnly } from '../../defined.ts';
import { type SwitchName, switchNames, switchTable } from '../../switches.ts';
import { placeIn, type EntryValues, type RunConfEntry } from '../conf/run-conf-entry.ts';
import type { LoadedProject } from '../load-project.ts';
import type { Service } from '../services.ts';
import { resolveSwitches } from '../resolve/switches.ts';
import { importedInstance } from './convert-dependencies.ts';
import type { ExportContext } from './export-context.ts';
import { exportLinks } from './export-links.ts';
import type { Remark } from './remarks.ts';

export interface ComposeExport {
  readonly text: string;
  /** What a compose file cannot say, by its place in run.conf. */
  readonly lost: readonly Remark[];
}

type ExportedProject = Pick<LoadedProject, 'conf'> & {
  readonly services: ReadonlyMap<string, Pick<Service, 'kind' | 'name'>>;
  readonly place: Pick<LoadedProject['place'], 'name'>;
};

type Values = Readonly<Record<string, unknown>>;

/** Keys that a compose file has by the same name, with the same values. */
const same = [
  'hostname',
  'image',
  'platform',
  'env_file',
  'user',
  'working_dir',
  'init',
  'read_only',
  'privileged',
  'security_opt',
  'runtime',
  'dns',
  'extra_hosts',
  'sysctls',
  'labels',
  'cap_add',
  'cap_drop',
  'devices',
  'tmpfs',
  'ulimits',
  'shm_size',
  'mem_limit',
  'cpus',
  'stop_signal',
  'stop_grace_period',
  'logging',
  'healthcheck',
] as const satisfies readonly (keyof EntryValues)[];

/** Keys without an equivalent, with what they do. */
const without: Readonly<Partial<Record<keyof EntryValues, string>>> = {
  sleep: 'nothing waits in Compose',
  publish_ssh_on: 'there is no ssh in Compose',
  ssh_between: 'there is no ssh in Compose',
};

/** The entries of a project as a compose file. Pure. Source: https://github.com/compose-spec/compose-spec. */
export function exportCompose({ conf, services, place }: ExportedProject): ComposeExport {
  const lost: Remark[] = [];
  const { entries } = conf;
  const shared = {
    entries,
    names: namesOf(entries),
    services: [...services.keys()],
    folders: new Set([...services.values()].filter(({ kind }) => kind === 'folder').map(({ name }) => name)),
  };
  const written = entries.map((entry) => {
    const lose = (key: string, message: string): void => {
      lost.push({ where: placeIn(entry, key), message: `${entry.values.service}: ${message}` });
    };
    return [shared.names.get(entry) ?? '', toService({ ...shared, entry, lose })] as const;
  });
  const root = definedOnly({
    name: place.name,
    services: Object.fromEntries(written),
    volumes: namedVolumes(entries),
    secrets: secretSources(entries),
  });
  const document = new Document(root, { aliasDuplicateObjects: false });
  document.commentBefore = ` Made from ${conf.file}.`;
  return { text: document.toString({ lineWidth: 0 }), lost };
}

/** The only instance `main` of a service has its name, as `import` has it; others that of the instance. */
function namesOf(entries: readonly RunConfEntry[]): ExportContext['names'] {
  return new Map(
    entries.map((entry) => {
      const { service, instance } = entry.values;
      const isOnly = entries.filter(({ values }) => values.service === service).length === 1;
      const isPlain = isOnly && (instance === importedInstance || instance === undefined || instance === null);
      return [entry, isPlain ? service : `${service}-${instance ?? importedInstance}`];
    }),
  );
}

function toService(context: ExportContext): Values {
  const { entry, names } = context;
  const { values } = entry;
  const isOn = switchesOf(entry);
  reportLosses(context, isOn);
  const manual = values.autostart === false || values.autorun === false;
  const isTyped = isOn('interactive') || undefined;
  return definedOnly({
    ...buildOf(context),
    ...Object.fromEntries(same.flatMap((key) => (values[key] === undefined ? [] : [[key, literal(values[key])]]))),
    command: literal(values.seed_command),
    environment: environmentOf(values),
    ports: isOn('publish_ports') ? values.ports?.map(String) : undefined,
    volumes: volumesOf(values),
    secrets: values.secrets?.map((secret) => (typeof secret === 'string' ? secret : secret.name)),
    restart: values.restart ?? 'unless-stopped',
    profiles: manual ? [values.group ?? 'manual'] : undefined,
    stdin_open: isTyped,
    tty: isTyped,
    network_mode: isOnHost(values) ? 'host' : undefined,
    networks: aliasesOf(values, names.get(entry) ?? ''),
    ...exportLinks(context),
  });
}

type IsOn = (name: SwitchName) => boolean;

function switchesOf(entry: RunConfEntry): IsOn {
  const { switches } = resolveSwitches(entry.values.instance ?? '', entry, {});
  return (name) => switches[name].value;
}

function reportLosses({ entry, lose }: ExportContext, isOn: IsOn): void {
  const { values } = entry;
  for (const [key, why] of Object.entries(without)) if (key in values) lose(key, `"${key}" is lost: ${why}`);
  for (const name of switchNames) {
    const { keeps } = switchTable[name];
    if (keeps !== undefined && isOn(name)) lose(name, `${keeps.target} is not kept: mount a volume there`);
  }
  if (isOn('safemode')) lose('safemode', '"safemode" is lost: entrypoints are always run');
  if (isOn('publish_ports') && values.ports === undefined)
    lose('publish_ports', 'the ports of EXPOSE are not published: name them in "ports"');
}

/** A dollar sign is that of a variable to Compose, and itself in run.conf. */
function literal(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$', '$$$$');
  if (Array.isArray(value)) return value.map(literal);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, literal(member)]));
}

function buildOf({ entry: { values }, folders, lose }: ExportContext): Values {
  const { service, image, build_args: args, target } = values;
  if (image !== undefined) return {};
  const build = definedOnly({ context: `./services/${service}`, args: literal(args), target });
  if (folders.has(service)) return { build };
  lose('service', 'it runs a base image of dockerops, which Compose cannot make');
  return { image: `dockerops/${service}` };
}

/** Without a value it comes from the environment of the command in both. */
function environmentOf({ env_vars: variables }: EntryValues): Values | undefined {
  return variables && Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, literal(value)]));
}

function volumesOf({ volumes }: EntryValues): readonly unknown[] | undefined {
  return volumes === undefined ? undefined : [volumes].flat().map((volume) => literal(relative(volume)));
}

function relative(volume: string): string {
  return volume.replace(/^\$(?:PROJECT_DIR|\{PROJECT_DIR\})(?=[/:])/, '.');
}

function isOnHost({ network_mode: mode, nethost }: EntryValues): boolean {
  return mode !== undefined || nethost === true;
}

/** In the network that all are on, others find it by the name of its service, too. */
function aliasesOf(values: EntryValues, name: string): Values | undefined {
  const { service, aliases = [] } = values;
  const all = [...new Set([...(name === service ? [] : [service]), ...aliases])];
  return all.length === 0 || isOnHost(values) ? undefined : { default: { aliases: all } };
}

/** Their names are those of the engine. */
function namedVolumes(entries: readonly RunConfEntry[]): Values | undefined {
  const names = entries
    .flatMap(({ values }) => [values.volumes ?? []].flat())
    .flatMap((volume) => /^([a-zA-Z0-9][\w.-]*):/.exec(volume)?.[1] ?? []);
  return names.length === 0 ? undefined : Object.fromEntries(names.map((name) => [name, { name }]));
}

function secretSources(entries: readonly RunConfEntry[]): Values | undefined {
  const secrets = entries.flatMap(({ values }) => values.secrets ?? []);
  if (secrets.length === 0) return undefined;
  return Object.fromEntries(
    secrets.map((secret) => {
      const { name, file, variable } = typeof secret === 'string' ? { name: secret } : secret;
      const source = file === undefined ? { environment: variable ?? variableOf(name) } : { file: `./${file}` };
      return [name, source];
    }),
  );
}

function variableOf(secret: string): string {
  return secret.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');
}
