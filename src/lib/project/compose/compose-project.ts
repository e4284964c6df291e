import { posix } from 'node:path';
import { type Problem, UserError } from '../../errors.ts';
import {
  type ComposeFile,
  isRecord,
  type Path,
  parseComposeFile,
  refuseTooMany,
  type YamlMap,
} from './compose-file.ts';
import { expandEnvFile } from './env-variables.ts';
import { mergeMaps, mergeValues } from './merge-values.ts';
import { withoutPath } from './replaced-paths.ts';
import { rebaseService, rebaseTopLevel } from './rebase-paths.ts';
import { asList, elementsOf, textOf } from './yaml-values.ts';

/** The text of a file, relative to the first compose file; undefined if it cannot be read. */
type ReadFile = (path: string) => string | undefined;

/** Files that Compose reads beside one of these names. */
const overrides = [
  'compose.override.yaml',
  'compose.override.yml',
  'docker-compose.override.yml',
  'docker-compose.override.yaml',
];
const usualNames = new Set(['compose.yaml', 'compose.yml', 'docker-compose.yml', 'docker-compose.yaml']);
/** Files in all; a service that extends another one of a file counts it once. */
const maxFiles = 100;
/** Services that one extends by way of others. */
const maxSteps = 50;

/**
 * A compose file with what belongs to it: the override file beside it, the files that it includes, and what its
 * services extend. Throws for files that are not there, and for circles. Source:
 * https://github.com/compose-spec/compose-spec (merge, include, extends).
 */
export function readComposeProject(name: string, text: string, read: ReadFile): ComposeFile {
  const reader = new ProjectReader(read);
  const main = reader.parse(name, text);
  const override = usualNames.has(name) ? overrides.find((each) => read(each) !== undefined) : undefined;
  const files = override === undefined ? [main] : [main, reader.file(override, undefined)];
  return reader.complete(files);
}

/** A service of a file. */
interface Origin {
  readonly file: ComposeFile;
  readonly name: string;
}

class ProjectReader {
  readonly #read: ReadFile;
  readonly #files = new Map<string, ComposeFile>();
  /** Where the parts of each service are written, the one that counts first. */
  readonly #origins = new Map<string, Origin[]>();
  /** Where the relative paths of a file begin, if that is not its own directory. */
  readonly #directories = new Map<ComposeFile, string>();
  readonly #variables: Record<string, string> = {};

  constructor(read: ReadFile) {
    this.#read = read;
  }

  parse(name: string, text: string): ComposeFile {
    const file = parseComposeFile(name, text);
    this.#files.set(name, file);
    return file;
  }

  /** `where`: what names it. */
  file(path: string, where: string | undefined): ComposeFile {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    if (this.#files.size >= maxFiles) throw broken({ where, message: `there are more than ${maxFiles} files` });
    const text = this.#read(path);
    if (text === undefined) throw broken({ where, message: `${path} cannot be read` });
    return this.parse(path, text);
  }

  /** The files as one, each over those before it. */
  complete(files: readonly ComposeFile[]): ComposeFile {
    const [first] = files;
    if (first === undefined) throw new TypeError('no file');
    const root = this.#merged(files, []);
    refuseTooMany(first.name, root);
    const placeOf = (path: Path): string => this.#placeOf(path, files);
    return { name: first.name, root, replaced: [], variables: this.#variables, placeOf };
  }

  #merged(files: readonly ComposeFile[], including: readonly string[]): YamlMap {
    let root: YamlMap = {};
    for (const file of files) {
      const included = this.#included(file, [...including, file.name]);
      const before = file.replaced.reduce((map, path) => withoutPath(map, path) as YamlMap, mergeMaps(root, included));
      root = mergeMaps(before, this.#extended(file));
    }
    return root;
  }

  /** What the files of `include` have, without that key. */
  #included(file: ComposeFile, including: readonly string[]): YamlMap {
    const directory = this.#directoryOf(file);
    let root: YamlMap = {};
    for (const [index, item] of elementsOf(file.root['include']).entries()) {
      const where = file.placeOf(['include', index]);
      const paths = asList(isRecord(item) ? item['path'] : item).map((path) => posix.join(directory, path));
      const circle = paths.find((path) => including.includes(path));
      if (circle !== undefined) throw broken({ where, message: `${circle} includes itself` });
      const files = paths.map((path) => this.file(path, where));
      this.#settle(files, isRecord(item) ? item : {}, directory);
      root = mergeMaps(root, this.#merged(files, including));
    }
    return root;
  }

  /** An included project has a directory of its own, and variables, which those of the including one beat. */
  #settle(files: readonly ComposeFile[], { project_directory: given, env_file: named }: YamlMap, from: string): void {
    const [first] = files;
    if (first === undefined) return;
    const own = given === undefined ? posix.dirname(first.name) : posix.join(from, textOf(given));
    for (const file of files) if (!this.#directories.has(file)) this.#directories.set(file, own);
    const paths = named === undefined ? [posix.join(own, '.env')] : asList(named).map((path) => posix.join(from, path));
    for (const path of paths)
      for (const { name, value } of expandEnvFile(path, this.#read(path) ?? '', this.#variables))
        this.#variables[name] ??= value;
  }

  #directoryOf(file: ComposeFile): string {
    return this.#directories.get(file) ?? posix.dirname(file.name);
  }

  /** A file with the services that its own extend, and paths as they are from the first file's directory. */
  #extended(file: ComposeFile): YamlMap {
    const { services, include: _, ...others } = file.root;
    const directory = this.#directoryOf(file);
    const top = rebaseTopLevel(others, directory);
    if (!isRecord(services)) return { ...top, ...(services === undefined ? {} : { services }) };
    const entries = Object.keys(services).map((name) => {
      const origin = { file, name };
      this.#origins.set(name, [origin, ...(this.#origins.get(name) ?? [])]);
      return [name, this.#service(origin, name, [])] as const;
    });
    return { ...top, services: Object.fromEntries(entries) };
  }

  /** `target`: the service that it becomes part of. */
  #service(origin: Origin, target: string, extending: readonly string[]): unknown {
    const { file, name } = origin;
    const services = file.root['services'];
    const service = isRecord(services) ? services[name] : undefined;
    if (!isRecord(service)) return service;
    const { extends: base, ...own } = service;
    const rebased = rebaseService(own, this.#directoryOf(file));
    if (base === undefined || base === null) return rebased;
    const from = this.#baseOf(base, origin, [...extending, `${file.name} ${name}`]);
    const origins = this.#origins.get(target) ?? [];
    if (!origins.some((each) => each.file === from.file && each.name === from.name)) origins.push(from);
    const inherited = this.#service(from, target, [...extending, `${file.name} ${name}`]);
    const ofService = file.replaced.filter(([section, each]) => section === 'services' && each === name);
    const before = ofService.reduce((value, [, , ...path]) => withoutPath(value, path), inherited);
    return mergeValues(before, rebased, ['services', target]);
  }

  #baseOf(base: unknown, { file, name }: Origin, extending: readonly string[]): Origin {
    const where = file.placeOf(['services', name, 'extends']);
    const { service = base, file: path } = isRecord(base) ? base : {};
    const other = path === undefined ? file : this.file(posix.join(posix.dirname(file.name), textOf(path)), where);
    const from = { file: other, name: textOf(service) };
    const services = other.root['services'];
    if (!isRecord(services) || !isRecord(services[from.name]))
      throw broken({ where, message: `${other.name} has no service ${from.name}` });
    if (extending.length >= maxSteps)
      throw broken({ where, message: `${name} is extended by more than ${maxSteps} services, one after the other` });
    if (extending.includes(`${other.name} ${from.name}`))
      throw broken({ where, message: `${name} extends itself, by way of ${from.name}` });
    return from;
  }

  /** In the first of the files that have the most of the path. */
  #placeOf(path: Path, files: readonly ComposeFile[]): string {
    const [section, name, ...rest] = path;
    const origins = section === 'services' ? (this.#origins.get(textOf(name)) ?? []) : [];
    const places = [
      ...origins.map(({ file, name: there }) => ({ file, path: ['services', there, ...rest] as Path })),
      ...[...this.#files.values()].map((file) => ({ file, path })),
    ];
    const depths = places.map(({ file, path: inFile }) => depthOf(file.root, inFile));
    const found = places[depths.indexOf(Math.max(...depths))];
    return (found?.file ?? files[0])?.placeOf(found?.path ?? path) ?? '';
  }
}

/** How many steps of a path there are. */
function depthOf(root: unknown, path: Path): number {
  let value = root;
  for (const [depth, step] of path.entries()) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) return depth;
    value = (value as Record<string, unknown>)[String(step)];
  }
  return path.length;
}

function broken({ where, message }: { readonly where: string | undefined; readonly message: string }): UserError {
  const problem: Problem = { ...(where === undefined ? {} : { where }), message };
  return new UserError('the compose file cannot be read', { code: 'INVALID_COMPOSE', problems: [problem] });
}
