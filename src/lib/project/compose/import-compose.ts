import { definedOnly } from '../../defined.ts';
import { UserError } from '../../errors.ts';
import type { EntryValues } from '../conf/run-conf-entry.ts';
import { type ComposeFile, isRecord, type YamlMap } from './compose-file.ts';
import type { ImportedFolder } from './convert-build.ts';
import { jobsAmong } from './convert-dependencies.ts';
import { HostValues } from './host-values.ts';
import { importService } from './import-service.ts';
import { linkOldNames } from './old-names.ts';
import { envFileOf, OwnVariables } from './own-variables.ts';
import { type Remark, Remarks } from './remarks.ts';
import { serviceNames } from './service-names.ts';
import { reportTopLevel } from './top-level.ts';

/** All that an import writes, and what it does not carry over as it is. */
export interface ComposeImport {
  readonly runConf: string;
  readonly services: readonly string[];
  readonly folders: readonly ImportedFolder[];
  /** For host.conf. */
  readonly hostValues: Readonly<Record<string, string>>;
  /** Env files to write, with their variables, by path. */
  readonly envFiles: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** What has no equivalent here. */
  readonly dropped: readonly Remark[];
  /** What has an equivalent that differs. */
  readonly converted: readonly Remark[];
}

export interface ImportContext {
  /** Of the file `.env` beside the compose file. */
  readonly variables: Readonly<Record<string, string>>;
  /** Whether there is a file or folder of this name, relative to the compose file. */
  hasFile(path: string): boolean;
  /** The text of a file, relative to the compose file; undefined if it cannot be read. */
  readFile(path: string): string | undefined;
}

/** A compose file as services and a run.conf. Pure; every key either is carried over or is reported with its place. */
export function importCompose(file: ComposeFile, context: ImportContext): ComposeImport {
  const remarks = new Remarks(file);
  const variables = { ...file.variables, ...context.variables };
  const hostValues = new HostValues();
  const ownVariables = new OwnVariables();
  const services = servicesOf(file);
  const names = serviceNames(Object.keys(services), remarks);
  const imported = Object.entries(services).flatMap(
    ([name, service]) =>
      importService(name, service, { ...context, variables, file, names, remarks, hostValues, ownVariables }) ?? [],
  );
  const jobs = jobsAmong(services, names);
  const present = withoutAbsent(imported.map(({ entry }) => (jobs.has(entry.service) ? jobOf(entry, remarks) : entry)));
  const keptOnHost = hostValues.settle(ownVariables);
  const named = present.map((entry, index) => ({
    entry: withOwnVariables(entry, ownVariables),
    texts: imported[index]?.texts ?? '',
  }));
  const entries = linkReplicas(linkOldNames(named, names));
  reportTopLevel(file, remarks);
  reportRestart(entries, remarks);
  return {
    runConf: runConfText(entries, file.name),
    services: entries.map(({ service }) => service),
    folders: imported.flatMap(({ folder }) => folder ?? []),
    hostValues: keptOnHost,
    envFiles: ownVariables.files(),
    dropped: remarks.dropped,
    converted: remarks.converted,
  };
}

function servicesOf({ name: file, root, placeOf }: ComposeFile): Readonly<Record<string, YamlMap>> {
  const { services } = root;
  if (!isRecord(services) || Object.keys(services).length === 0) {
    const problem = { where: placeOf(['services']), message: '"services" must be a map of names to services' };
    throw new UserError(`${file} has no services`, { code: 'INVALID_COMPOSE', problems: [problem] });
  }
  const wrong = Object.entries(services).filter(([, service]) => !isRecord(service));
  if (wrong.length > 0)
    throw new UserError(`${file} cannot be read`, {
      code: 'INVALID_COMPOSE',
      problems: wrong.map(([name]) => ({
        where: placeOf(['services', name]),
        message: `the service ${name} must be a map`,
      })),
    });
  return services as Readonly<Record<string, YamlMap>>;
}

/** No entry can wait for a service that was left out, nor link to it. */
function withoutAbsent(entries: readonly EntryValues[]): readonly EntryValues[] {
  const present = new Set(entries.map(({ service }) => service));
  return entries.map(({ depends_on: dependencies = [], links = [], ...others }) => {
    const reached = links.filter((link) => typeof link === 'string' || present.has(link.service));
    const needed = dependencies.filter((name) => present.has(name));
    return {
      ...others,
      ...definedOnly({
        links: reached.length === 0 ? undefined : reached,
        depends_on: needed.length === 0 ? undefined : needed,
      }),
    };
  });
}

/** Compose runs a job again as its `restart` says; here it is run once, and another exit code fails the run. */
function jobOf(entry: EntryValues, remarks: Remarks): EntryValues {
  if (entry.restart !== undefined && entry.restart !== 'no')
    remarks.convert(['services'], `${entry.service}: "restart" is "no", since others wait until it has completed`);
  return { ...entry, restart: 'no', wait: 'completed' };
}

/** run.conf beats env files, so a variable is in one of them. */
function withOwnVariables(entry: EntryValues, own: OwnVariables): EntryValues {
  const names = own.namesOf(entry.service);
  if (names.length === 0) return entry;
  const { env_vars: variables = {}, env_file: files = [], ...others } = entry;
  const left = Object.entries(variables).filter(([name, value]) => value !== null || !names.includes(name));
  return {
    ...others,
    ...(left.length === 0 ? {} : { env_vars: Object.fromEntries(left) }),
    env_file: [...[files].flat(), envFileOf(entry.service)],
  };
}

/** A link to one of several leads to any of them. */
function linkReplicas(entries: readonly EntryValues[]): readonly EntryValues[] {
  const several = new Set(entries.filter(({ replicas }) => replicas !== undefined).map(({ service }) => service));
  return entries.map(({ links, ...entry }) => ({
    ...entry,
    ...definedOnly({
      links: links?.map((link) =>
        typeof link !== 'string' && several.has(link.service) ? { ...link, instance: null } : link,
      ),
    }),
  }));
}

function reportRestart(entries: readonly EntryValues[], remarks: Remarks): void {
  if (entries.every(({ restart }) => restart !== undefined)) return;
  const message = 'a service without "restart" is restarted unless it was stopped; "restart": "no" prevents that';
  remarks.convert(['services'], message);
}

function runConfText(entries: readonly EntryValues[], from: string): string {
  const objects = entries.map((entry) => JSON.stringify(entry, null, 2).replaceAll(/^/gm, '  '));
  return `# Made by "dockerops import" from ${from.replaceAll(/[\r\n]/g, ' ')}.\n[\n${objects.join(',\n')}\n]\n`;
}
