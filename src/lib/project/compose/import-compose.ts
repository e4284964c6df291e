import { labelComplaint, toDnsLabel } from '../conf/dns-label.ts';
import { parseRunConf } from '../conf/run-conf.ts';
import type { EntryValues } from '../conf/run-conf-entry.ts';
import { isRecord, type ComposeFile, type Path } from './compose-file.ts';
import { convertBuild, type ImportedFolder } from './convert-build.ts';
import { convertService, importedInstance } from './convert-service.ts';
import { HostValues } from './host-values.ts';
import { interpolate } from './interpolate.ts';
import type { Remark, ServiceContext } from './service-context.ts';
import { UserError } from '../../errors.ts';

/** All that an import would write, and what it could not carry. */
export interface ComposeImport {
  readonly runConf: string;
  readonly services: readonly string[];
  readonly folders: readonly ImportedFolder[];
  /** For host.conf. */
  readonly hostValues: Readonly<Record<string, string>>;
  readonly lost: readonly Remark[];
  readonly told: readonly Remark[];
}

export interface ImportContext {
  /** Of the file `.env` beside the compose file. */
  readonly variables: Readonly<Record<string, string>>;
  /** Whether there is a file or folder of this name, relative to the compose file. */
  hasFile(path: string): boolean;
}

/** A compose file as services and run.conf. Pure; every key either is carried or is named, with its place. */
export function importCompose(file: ComposeFile, surroundings: ImportContext): ComposeImport {
  return new Import(file, surroundings).all();
}

const topLevel = new Set(['services', 'version', 'name', 'secrets']);

class Import {
  readonly #file: ComposeFile;
  readonly #surroundings: ImportContext;
  readonly #lost: Remark[] = [];
  readonly #told: Remark[] = [];
  readonly #hostValues = new HostValues();
  readonly #folders: ImportedFolder[] = [];
  #names: ReadonlyMap<string, string> = new Map();

  constructor(file: ComposeFile, surroundings: ImportContext) {
    this.#file = file;
    this.#surroundings = surroundings;
  }

  all(): ComposeImport {
    const services = this.#services();
    this.#names = this.#renamed(Object.keys(services));
    const entries = Object.entries(services).flatMap(([name, service]) => this.#entry(name, service));
    const hostValues = this.#hostValues.settle();
    this.#topLevel();
    if (entries.some(({ restart }) => restart === undefined))
      this.#told.push({
        where: this.#file.placeOf(['services']),
        message:
          'what has no "restart" is started again here unless it was stopped; for what is not to be, write "restart": "no"',
      });
    const made = new Set(entries.map(({ service }) => service));
    const kept = entries.map((entry) => this.#withoutAbsent(entry, made));
    return {
      runConf: runConfText(kept, this.#file.name),
      services: kept.map(({ service }) => service),
      folders: this.#folders,
      hostValues,
      lost: this.#lost,
      told: this.#told,
    };
  }

  #services(): Readonly<Record<string, Readonly<Record<string, unknown>>>> {
    const { services } = this.#file.root;
    if (!isRecord(services) || Object.keys(services).length === 0) {
      throw new UserError(`${this.#file.name} has no services`, {
        code: 'INVALID_COMPOSE',
        problems: [{ where: this.#file.placeOf(['services']), message: '"services" is a map of names to services' }],
      });
    }
    const wrong = Object.entries(services).filter(([, service]) => !isRecord(service));
    if (wrong.length > 0)
      throw new UserError(`${this.#file.name} cannot be read`, {
        code: 'INVALID_COMPOSE',
        problems: wrong.map(([name]) => ({
          where: this.#file.placeOf(['services', name]),
          message: `the service ${name} is no map`,
        })),
      });
    return services as Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  }

  /** Names here are host names. Two that become the same get a number. */
  #renamed(names: readonly string[]): ReadonlyMap<string, string> {
    const taken = new Set(
      names.filter((name) => labelComplaint('service', name) === undefined && !name.startsWith('dockerops-')),
    );
    return new Map(
      names.map((name) => {
        if (taken.has(name)) return [name, name];
        const stem =
          toDnsLabel(name)
            .replace(/^(?:dockerops-)+/, '')
            .slice(0, 50)
            .replace(/-$/, '') || 'service';
        const numbered = [stem, ...names.map((_, index) => `${stem}-${String(index + 2)}`)];
        const free =
          numbered.find((candidate) => !taken.has(candidate) && labelComplaint('service', candidate) === undefined) ??
          `${stem}-${String(names.length + 2)}`;
        taken.add(free);
        this.#told.push({
          where: this.#file.placeOf(['services', name]),
          message: `${name} is called ${free}: names are host names`,
        });
        return [name, free];
      }),
    );
  }

  #entry(name: string, service: Readonly<Record<string, unknown>>): readonly EntryValues[] {
    const context = this.#context(name);
    // A value of the environment is taken as it is written: how depends on what it is made of.
    const { environment, ...others } = service;
    const given = this.#interpolated(others, ['services', name]) as Readonly<Record<string, unknown>>;
    const built = convertBuild(given, context);
    if (built === undefined) return [];
    if (built.folder !== undefined) this.#folders.push(built.folder);
    const { image, buildArgs } = built;
    const values = convertService(
      { ...given, ...(environment === undefined || environment === null ? {} : { environment }) },
      context,
    );
    this.#hostValues.write(values.env_vars ?? {});
    const all = {
      ...(image === undefined ? {} : { image }),
      ...(buildArgs === undefined ? {} : { build_args: buildArgs }),
      ...values,
    };
    return [{ service: context.service, instance: importedInstance, ...this.#admitted(all, context) }];
  }

  #context(name: string): ServiceContext {
    const at = (path: Path): string => this.#file.placeOf(['services', name, ...path]);
    const context: ServiceContext = {
      compose: name,
      service: this.#names.get(name) ?? name,
      names: this.#names,
      variables: this.#surroundings.variables,
      root: this.#file.root,
      hasFile: (path) => this.#surroundings.hasFile(path),
      lose: (path, message, suggestion) =>
        this.#lost.push({
          where: at(path),
          message: `${name}: ${message}`,
          ...(suggestion === undefined ? {} : { suggestion }),
        }),
      tell: (path, message) => this.#told.push({ where: at(path), message: `${name}: ${message}` }),
      keepOnHost: (path, key, value) => {
        this.#hostValues.want({ name: key, value, path, context });
      },
    };
    return context;
  }

  /** What run.conf would not admit is lost, whatever made it. */
  #admitted(values: Partial<EntryValues>, context: ServiceContext): Partial<EntryValues> {
    return Object.fromEntries(
      Object.entries<unknown>(values)
        .filter(([, value]) => value !== undefined && value !== null)
        .filter(([key, value]) => {
          const { problems } = parseRunConf('run.conf', JSON.stringify([{ service: context.service, [key]: value }]));
          const [problem] = problems;
          if (problem !== undefined)
            context.lose(
              [composeKeys[key] ?? key],
              `"${composeKeys[key] ?? key}" cannot be carried: ${problem.message}`,
              problem.suggestion,
            );
          return problem === undefined;
        }),
    );
  }

  /** A service that was left out cannot be waited for. */
  #withoutAbsent(entry: EntryValues, made: ReadonlySet<string>): EntryValues {
    const { depends_on: needs, links, ...others } = entry;
    const present = needs?.filter((name) => made.has(name)) ?? [];
    const linked = links?.filter((link) => typeof link === 'string' || made.has(link.service)) ?? [];
    return {
      ...others,
      ...(linked.length === 0 ? {} : { links: linked }),
      ...(present.length === 0 ? {} : { depends_on: present }),
    };
  }

  #interpolated(value: unknown, path: Path): unknown {
    if (Array.isArray(value)) return value.map((item: unknown, index) => this.#interpolated(item, [...path, index]));
    if (isRecord(value))
      return Object.fromEntries(
        Object.entries(value).map(([key, item]) => [key, this.#interpolated(item, [...path, key])]),
      );
    if (typeof value !== 'string' || !value.includes('$')) return value;
    const { text, used } = interpolate(value, this.#surroundings.variables);
    for (const { name, from } of used) this.#remarkOn(name, from, text, path);
    return text;
  }

  #remarkOn(name: string, from: string, text: string, path: Path): void {
    const where = this.#file.placeOf(path);
    if (from === 'nothing')
      this.#lost.push({
        where,
        message: `nothing here gives ${name}; without it this is "${text}"`,
        suggestion: `give ${name} in .env and import again, or write the value in run.conf`,
      });
    else
      this.#told.push({
        where,
        message: `${name} is not a variable any more: this is "${text}", by ${from === 'default' ? 'its default' : '.env'}`,
      });
  }

  #topLevel(): void {
    const { root, placeOf } = this.#file;
    for (const [key, value] of Object.entries(root)) {
      const lose = (path: Path, message: string, suggestion?: string): unknown =>
        this.#lost.push({ where: placeOf(path), message, ...(suggestion === undefined ? {} : { suggestion }) });
      if (key === 'name')
        lose(
          ['name'],
          `the name ${String(value)} is not carried`,
          `call the folder so, or give it: --project ${toDnsLabel(String(value))}`,
        );
      else if (key === 'volumes' && isRecord(value))
        for (const [name, how] of Object.entries(value)) this.#volume(name, how);
      else if (key === 'networks') lose(['networks'], 'a project has one network; "networks" is not carried');
      else if (!topLevel.has(key) && !key.startsWith('x-'))
        lose(
          [key],
          `"${key}" has no counterpart`,
          key === 'include' ? 'import the other file in a folder of its own, and put the confs together' : undefined,
        );
    }
  }

  #volume(name: string, how: unknown): void {
    const where = this.#file.placeOf(['volumes', name]);
    if (isRecord(how) && Object.keys(how).length > 0)
      this.#lost.push({
        where,
        message: `how the volume ${name} is made (${Object.keys(how).join(', ')}) is not carried`,
        suggestion: 'for a folder of the host, mount that in run.conf',
      });
    else this.#told.push({ where, message: `the volume ${name} begins empty: what it holds is not moved` });
  }
}

/** Keys that have another name in a compose file. */
const composeKeys: Readonly<Record<string, string>> = {
  env_vars: 'environment',
  seed_command: 'command',
  build_args: 'build',
  publish_ports: 'ports',
  group: 'profiles',
  autostart: 'profiles',
};

function runConfText(entries: readonly EntryValues[], from: string): string {
  const objects = entries.map((entry) => JSON.stringify(entry, null, 2).replaceAll(/^/gm, '  '));
  return `# Made by "dockerops import" from ${from.replaceAll(/[\r\n]/g, ' ')}.\n[\n${objects.join(',\n')}\n]\n`;
}
