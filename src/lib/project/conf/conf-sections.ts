import type { Node } from 'jsonc-parser';
import { findNearest } from '../../did-you-mean.ts';
import type { Problem } from '../../errors.ts';
import { memberOf, valueOf } from './conf-node.ts';
import type { ConfText } from './conf-text.ts';
import { labelComplaint } from './dns-label.ts';
import type { RunConfEntry } from './run-conf-entry.ts';
import { runConfKind } from './run-conf-kind.ts';
import { schemaProblems } from './schema-problems.ts';

export interface WrittenName {
  readonly name: string;
  readonly where: string;
}

/** The parts of a run.conf: of a list its entries alone, of an object also what it sets for all. */
export interface ConfSections {
  readonly entries: readonly Node[];
  /** False when there may be more entries, or defaults, than could be read. */
  readonly areAll: boolean;
  readonly defaults: Node | undefined;
  /** The valid name that it gives the project. */
  readonly project?: WrittenName;
  /** What the schema does not accept. */
  readonly problems: readonly Problem[];
}

const sectionKeys = ['project', 'defaults', 'entries'];
/** What says which instance an entry is. */
const ownKeys = ['service', 'instance', 'replicas'];

export function sectionsOf(conf: ConfText, root: Node): ConfSections {
  const isObject = root.type === 'object' && sectionKeys.some((key) => memberOf(root, key) !== undefined);
  if (!isObject) return { ...entriesIn(root), defaults: undefined, problems: entryListProblems(conf, valueOf(root)) };
  const [entries, defaults] = ['entries', 'defaults'].map((key) => memberOf(root, key)?.children?.[1]);
  const project = projectIn(conf, root);
  const list = entriesIn(entries);
  return {
    entries: list.entries,
    areAll: list.areAll && (defaults === undefined || defaults.type === 'object'),
    defaults: defaults?.type === 'object' ? defaults : undefined,
    ...('name' in project ? { project } : {}),
    problems: [
      ...unknownKeys(conf, root),
      ...('message' in project ? [project] : []),
      ...entriesProblems(conf, root, entries),
      ...defaultsProblems(conf, defaults),
    ],
  };
}

/** An entry with the keys that it does not have itself. */
export function withDefaults(entry: RunConfEntry, defaults: RunConfEntry | undefined): RunConfEntry {
  if (defaults === undefined) return entry;
  const isOwn = (path: string): boolean => Object.hasOwn(entry.values, path.split('.')[0] ?? '');
  return {
    ...entry,
    values: { ...defaults.values, ...entry.values },
    inherited: Object.keys(defaults.values).filter((key) => !Object.hasOwn(entry.values, key)),
    places: {
      ...Object.fromEntries(Object.entries(defaults.places).filter(([path]) => !isOwn(path))),
      ...entry.places,
    },
  };
}

function entriesIn(list: Node | undefined): Pick<ConfSections, 'entries' | 'areAll'> {
  if (list?.type !== 'array') return { entries: [], areAll: false };
  const { children = [] } = list;
  const entries = children.filter(({ type }) => type === 'object');
  return { entries, areAll: entries.length === children.length };
}

function unknownKeys({ placeAt }: ConfText, root: Node): readonly Problem[] {
  return (root.children ?? []).flatMap(({ offset, children: [key] = [] }) => {
    const name = String(key?.value);
    if (sectionKeys.includes(name)) return [];
    const nearest = findNearest(name, sectionKeys);
    return [
      {
        where: placeAt(offset),
        message: `unknown key "${name}"`,
        suggestion: nearest === undefined ? `keys are ${sectionKeys.join(', ')}` : `did you mean "${nearest}"?`,
      },
    ];
  });
}

/** Nothing where it gives the project no name. */
function projectIn({ placeAt }: ConfText, root: Node): WrittenName | Problem | object {
  const member = memberOf(root, 'project');
  const [, value] = member?.children ?? [];
  if (member === undefined || value === undefined) return {};
  const where = placeAt(member.offset);
  if (value.type !== 'string')
    return { where, message: '"project" must be the name of the project', suggestion: 'write it in double quotes' };
  const name = String(value.value);
  const complaint = labelComplaint('project', name);
  return complaint === undefined ? { name, where } : { where, ...complaint };
}

function entriesProblems(conf: ConfText, root: Node, entries: Node | undefined): readonly Problem[] {
  const suggestion = 'write "entries": [{ "service": "…" }, …]';
  if (entries === undefined)
    return [{ where: conf.placeAt(root.offset), message: `${conf.file} has no "entries"`, suggestion }];
  if (entries.type !== 'array')
    return [{ where: conf.placeAt(entries.offset), message: '"entries" must be a list in [ ]', suggestion }];
  return entryListProblems({ ...conf, root: entries }, valueOf(entries));
}

/** As an entry, but for what says which instance it is. */
function defaultsProblems(conf: ConfText, defaults: Node | undefined): readonly Problem[] {
  if (defaults === undefined) return [];
  if (defaults.type !== 'object')
    return [
      {
        where: conf.placeAt(defaults.offset),
        message: '"defaults" must be an object with keys of entries',
        suggestion: 'write "defaults": { "restart": "no" }',
      },
    ];
  const own = ownKeys.flatMap((key) => {
    const member = memberOf(defaults, key);
    return member === undefined ? [] : [{ key, member }];
  });
  const list: Node = { type: 'array', offset: defaults.offset, length: defaults.length, children: [defaults] };
  return [
    ...own.map(({ key, member }) => ({
      where: conf.placeAt(member.offset),
      message: `"${key}" cannot be a default: it says which instance an entry is`,
      suggestion: 'write it in the entries',
    })),
    ...entryListProblems({ ...conf, root: list }, [{ service: 'any', ...(valueOf(defaults) as object) }]),
  ];
}

function entryListProblems(conf: ConfText, list: unknown): readonly Problem[] {
  return schemaProblems(conf, list, runConfKind);
}
