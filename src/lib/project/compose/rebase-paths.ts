import { posix } from 'node:path';
import { isRecord, type YamlMap } from './compose-file.ts';
import { elementsOf } from './yaml-values.ts';

type Rebase = (path: string) => string;

/** A service of a file in another directory, with its relative paths as they are from the first file's directory. */
export function rebaseService(service: YamlMap, directory: string): YamlMap {
  if (directory === '.') return service;
  const rebase = rebaseFrom(directory);
  return mapKeys(service, {
    build: (build) =>
      isRecord(build) ? mapKeys(build, { context: (path) => contextPath(path, rebase) }) : contextPath(build, rebase),
    env_file: (files) => mapEach(files, (file) => filePath(file, rebase)),
    volumes: (volumes) => elementsOf(volumes).map((volume) => volumePath(volume, rebase)),
    extends: (base) => (isRecord(base) ? mapKeys(base, { file: (path) => filePath(path, rebase) }) : base),
  });
}

/** The same of the other parts of a file. */
export function rebaseTopLevel(root: YamlMap, directory: string): YamlMap {
  if (directory === '.') return root;
  const rebase = rebaseFrom(directory);
  const withFile = (definition: unknown): unknown =>
    isRecord(definition) ? mapKeys(definition, { file: (path) => filePath(path, rebase) }) : definition;
  const each = (definitions: unknown): unknown =>
    isRecord(definitions)
      ? Object.fromEntries(Object.entries(definitions).map(([name, definition]) => [name, withFile(definition)]))
      : definitions;
  return mapKeys(root, { secrets: each, configs: each });
}

function rebaseFrom(directory: string): Rebase {
  return (path) => {
    const joined = posix.join(directory, path);
    return joined.startsWith('..') ? joined : `./${joined}`;
  };
}

function mapKeys(map: YamlMap, changes: Readonly<Record<string, (value: unknown) => unknown>>): YamlMap {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => {
      const change = Object.hasOwn(changes, key) ? changes[key] : undefined;
      return [key, change === undefined || value === null ? value : change(value)];
    }),
  );
}

function mapEach(value: unknown, change: (item: unknown) => unknown): unknown {
  return Array.isArray(value) ? value.map(change) : change(value);
}

/** Anything but an absolute path and an address: `./web`, `web`. */
function contextPath(path: unknown, rebase: Rebase): unknown {
  return typeof path !== 'string' || /^(?:\/|~|\$|[a-z+]+:\/\/|git@)/.test(path) ? path : rebase(path);
}

function filePath(file: unknown, rebase: Rebase): unknown {
  if (isRecord(file)) return mapKeys(file, { path: (path) => filePath(path, rebase) });
  return contextPath(file, rebase);
}

/** In the short form a path begins with a dot; anything else is the name of a volume. */
function volumePath(volume: unknown, rebase: Rebase): unknown {
  if (isRecord(volume))
    return volume['type'] === 'bind' ? mapKeys(volume, { source: (path) => contextPath(path, rebase) }) : volume;
  if (typeof volume !== 'string' || !volume.startsWith('.')) return volume;
  const [source = '', ...rest] = volume.split(':');
  return [rebase(source), ...rest].join(':');
}
