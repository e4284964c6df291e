import { existsSync, readdirSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve } from 'node:path';
import type { Node } from 'jsonc-parser';
import { UserError, type Problem } from '../../errors.ts';
import { placesOf, repeatedKeys, valueOf } from './conf-node.ts';
import { type ConfText, parseConfText } from './conf-text.ts';
import type { ProjectPlace } from '../find-project.ts';
import { hostConfPath } from './host-conf.ts';
import { readProjectFile } from '../read-project-file.ts';
import type { EntryValues, RunConf, RunConfEntry } from './run-conf-entry.ts';
import { entryProblems } from './run-conf-rules.ts';
import { schemaProblems } from './schema-problems.ts';

export interface ParsedRunConf {
  readonly conf: RunConf;
  readonly problems: readonly Problem[];
}

/** Text to entries with the place of each key. All problems at once; with problems, the entries are not to be used. */
export function parseRunConf(file: string, text: string): ParsedRunConf {
  const parsed = parseConfText(file, text);
  const { root } = parsed;
  if (root === undefined && parsed.problems.length === 0) {
    return withProblems(file, [
      { where: `${file}:1:1`, message: 'the file is empty', suggestion: 'an empty platform is written []' },
    ]);
  }
  if (root === undefined || !parsed.isWhole) return withProblems(file, parsed.problems);
  const entries =
    root.type === 'array'
      ? (root.children ?? []).filter(({ type }) => type === 'object').map((node) => toEntry(parsed, node))
      : [];
  const problems = [
    ...parsed.problems,
    ...repeatedKeys(parsed),
    ...schemaProblems(parsed, valueOf(root)),
    ...entryProblems(entries),
  ];
  return { conf: { file, entries }, problems: problems.toSorted(byPlace) };
}

function byPlace(a: Problem, b: Problem): number {
  const [[lineA = 0, columnA = 0], [lineB = 0, columnB = 0]] = [a, b].map(({ where = '' }) =>
    where.split(':').slice(-2).map(Number),
  ) as [number[], number[]];
  return lineA - lineB || columnA - columnB;
}

function withProblems(file: string, problems: readonly Problem[]): ParsedRunConf {
  return { conf: { file, entries: [] }, problems };
}

/** Here numbers are text: 1.10 is not 1.1. */
const textual: ReadonlySet<string> = new Set(['env_vars', 'build_args', 'labels']);

function toEntry(conf: ConfText, node: Node): RunConfEntry {
  const values = valueOf(node) as Record<string, unknown>;
  for (const { children: [key, value] = [] } of node.children ?? []) {
    if (value !== undefined && textual.has(String(key?.value)))
      values[String(key?.value)] = valueOf(value, ({ offset, length }) => conf.text.slice(offset, offset + length));
  }
  return {
    values: values as unknown as EntryValues,
    where: conf.placeAt(node.offset),
    places: Object.fromEntries(placesOf(conf, node)),
  };
}

export interface LoadedRunConf extends ParsedRunConf {
  /** Absolute; absent when the project has none. */
  readonly path?: string;
  readonly notices: readonly string[];
}

/**
 * Reads the conf asked for (`conf=published`, with or without `.conf`), else the one used last, else run.conf, in the project's
 * directory or that of its services; a path to one elsewhere is found as well, also by the next command. A project may do without run.conf, but not without a conf that was asked for.
 */
export function loadRunConf(
  place: ProjectPlace,
  requested: string | undefined,
  lastUsed: string | undefined,
): LoadedRunConf {
  const name = requested ?? lastUsed ?? 'run.conf';
  const path = findConf(place, name);
  if (path === undefined && (requested !== undefined || lastUsed !== undefined))
    throw confMissing(place, name, requested === undefined);
  if (path === undefined) return { conf: { file: 'run.conf', entries: [] }, problems: [], notices: [] };
  const file = relative(place.directory, path).startsWith('..') ? path : relative(place.directory, path);
  const notices =
    requested === undefined && lastUsed !== undefined && lastUsed !== 'run.conf'
      ? [`using ${file}, as the last time (conf=run for run.conf)`]
      : [];
  return { ...parseRunConf(file, readProjectFile(path)), path, notices };
}

function findConf({ directory, servicesDirectory }: ProjectPlace, name: string): string | undefined {
  const names = name.endsWith('.conf') ? [name] : [`${name}.conf`, name];
  return [directory, servicesDirectory]
    .flatMap((each) => names.map((candidate) => resolve(each, candidate)))
    .find((path) => existsSync(path) && (path.endsWith('.conf') || !isDirectory(path)));
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function confMissing({ directory, servicesDirectory }: ProjectPlace, name: string, isRemembered: boolean): UserError {
  const names = [...new Set([directory, servicesDirectory].flatMap(confsIn))]
    .map((conf) => conf.replace(/\.conf$/, ''))
    .sort();
  const places = isAbsolute(name) ? '' : ` in ${directory} nor in ${servicesDirectory}`;
  return new UserError(`there is no ${name.endsWith('.conf') ? name : `${name}.conf`}${places}`, {
    code: 'NO_CONF',
    suggestions: isRemembered
      ? waysFromRemembered(directory, names)
      : [
          names.length === 0
            ? 'there is no other either'
            : `name one that is there: ${names.map((conf) => `conf=${conf}`).join(', ')}`,
        ],
  });
}

/** Many commands take no conf, so those that do are named. */
function waysFromRemembered(directory: string, [first, ...others]: readonly string[]): readonly string[] {
  const more = others.length === 0 ? '' : ` (there are also ${others.join(', ')})`;
  return [
    `it was used last and is remembered in host.conf: take "last_conf" out of ${hostConfPath(directory)}`,
    ...(first === undefined ? [] : [`or use another from now on: dockerops run:all,conf=${first}${more}`]),
  ];
}

function confsIn(directory: string): readonly string[] {
  return existsSync(directory)
    ? readdirSync(directory).filter((name) => name.endsWith('.conf') && name !== 'host.conf')
    : [];
}
