import type { Node } from 'jsonc-parser';
import type { Problem } from '../../errors.ts';
import { placesOf, repeatedKeys, valueOf } from './conf-node.ts';
import { type ConfText, parseConfText } from './conf-text.ts';
import type { EntryValues, RunConf, RunConfEntry } from './run-conf-entry.ts';
import { entryProblems } from './run-conf-rules.ts';
import { schemaProblems } from './schema-problems.ts';

export interface ParsedRunConf {
  readonly conf: RunConf;
  readonly problems: readonly Problem[];
}

/** Text to entries with the place of each key. All problems at once; with problems, the entries must not be used. */
export function parseRunConf(file: string, text: string): ParsedRunConf {
  const parsed = parseConfText(file, text);
  const { root } = parsed;
  if (root === undefined && parsed.problems.length === 0)
    return withoutEntries(file, [
      { where: `${file}:1:1`, message: 'the file is empty', suggestion: 'for a project without instances write []' },
    ]);
  if (root === undefined || !parsed.isWhole) return withoutEntries(file, parsed.problems);
  const objects = root.type === 'array' ? (root.children ?? []).filter(({ type }) => type === 'object') : [];
  const entries = objects.map((node) => toEntry(parsed, node));
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

function withoutEntries(file: string, problems: readonly Problem[]): ParsedRunConf {
  return { conf: { file, entries: [] }, problems };
}

/** Keys whose numbers are texts: 1.10 is not 1.1. */
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
