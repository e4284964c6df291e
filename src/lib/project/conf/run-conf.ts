import type { Node } from 'jsonc-parser';
import { definedOnly } from '../../defined.ts';
import type { Problem } from '../../errors.ts';
import { placesOf, repeatedKeys, valueOf } from './conf-node.ts';
import { sectionsOf, withDefaults, type WrittenName } from './conf-sections.ts';
import { type ConfText, parseConfText } from './conf-text.ts';
import type { EntryValues, RunConf, RunConfEntry } from './run-conf-entry.ts';
import { expandReplicas } from './replicas.ts';
import { entryProblems } from './run-conf-rules.ts';

export interface ParsedRunConf {
  readonly conf: RunConf;
  /** False when the file may have more entries, or there are some that do not say which instance they are. */
  readonly areAll: boolean;
  /** The name that it gives the project; absent where it gives none. */
  readonly project?: WrittenName;
  readonly problems: readonly Problem[];
  /** The problems that are those of one entry; all others are of the whole file. */
  readonly ofEntry: ReadonlyMap<RunConfEntry, readonly Problem[]>;
}

/** Text to entries with the place of each key. All problems at once; entries with problems must not be used. */
export function parseRunConf(file: string, text: string): ParsedRunConf {
  const parsed = parseConfText(file, text);
  const { root } = parsed;
  if (root === undefined && parsed.problems.length === 0)
    return withoutEntries(file, [
      { where: `${file}:1:1`, message: 'the file is empty', suggestion: 'for a project without instances write []' },
    ]);
  if (root === undefined || !parsed.isWhole) return withoutEntries(file, parsed.problems);
  const sections = sectionsOf(parsed, root);
  const { entries: objects } = sections;
  const defaults = sections.defaults === undefined ? undefined : toEntry(parsed, sections.defaults);
  const entries = objects.map((node) => withDefaults(toEntry(parsed, node), defaults));
  const inOrder = (found: readonly Problem[]): readonly Problem[] =>
    found.toSorted((a, b) => positionOf(a.where) - positionOf(b.where));
  const ofValues = unique([...repeatedKeys(parsed), ...sections.problems, ...entryProblems(entries)]);
  const [from, to] = [positionOf(defaults?.where), endOf(sections.defaults, parsed)];
  const ofDefaults = ofValues.filter(({ where }) => positionOf(where) >= from && positionOf(where) < to);
  const expanded = new Map(entries.map((entry) => [entry, expandReplicas(entry)]));
  const ofWritten = problemsByEntry(inOrder(ofValues), entries, (index) => endOf(objects[index], parsed));
  return {
    conf: { file, entries: [...expanded.values()].flat() },
    areAll: sections.areAll && [...expanded.values()].flat().every(isIdentified),
    ...definedOnly({ project: sections.project }),
    problems: inOrder([...parsed.problems, ...ofValues]),
    ofEntry: new Map(
      [...expanded].flatMap(([entry, each]) => {
        const found = [...(ofWritten.get(entry) ?? []), ...(defaults === undefined ? [] : ofDefaults)];
        return found.length === 0 ? [] : each.map((one) => [one, found] as const);
      }),
    ),
  };
}

/** Whether an entry, which may have any values, says which instances it is and of which group. */
function isIdentified({ values }: RunConfEntry): boolean {
  const { service, instance, replicas, group } = values as Partial<Record<keyof EntryValues, unknown>>;
  const isNamed = typeof instance === 'string' || ((instance ?? null) === null && replicas === undefined);
  return typeof service === 'string' && isNamed && (group === undefined || typeof group === 'string');
}

/** A mistake in the defaults is one of every entry. */
function unique(problems: readonly Problem[]): readonly Problem[] {
  const texts = new Set<string>();
  return problems.filter(({ where = '', message }) => {
    const text = `${where} ${message}`;
    const isFirst = !texts.has(text);
    texts.add(text);
    return isFirst;
  });
}

/** Line and column of a place as one number, for comparing. */
function positionOf(where = ''): number {
  const [line = 0, column = 0] = where.split(':').slice(-2).map(Number);
  return line * 2 ** 24 + column;
}

function endOf(node: Node | undefined, { placeAt }: ConfText): number {
  return node === undefined ? Infinity : positionOf(placeAt(node.offset + node.length));
}

/** `problems` and `entries` in the order of the file; `endOfEntry`: the position behind each. */
function problemsByEntry(
  problems: readonly Problem[],
  entries: readonly RunConfEntry[],
  endOfEntry: (index: number) => number,
): ParsedRunConf['ofEntry'] {
  const found = new Map<RunConfEntry, Problem[]>();
  let index = 0;
  for (const problem of problems) {
    const position = positionOf(problem.where);
    while (index < entries.length && position >= endOfEntry(index)) index += 1;
    const entry = entries[index];
    if (entry !== undefined && position >= positionOf(entry.where))
      found.set(entry, [...(found.get(entry) ?? []), problem]);
  }
  return found;
}

function withoutEntries(file: string, problems: readonly Problem[]): ParsedRunConf {
  return { conf: { file, entries: [] }, areAll: false, problems, ofEntry: new Map() };
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
