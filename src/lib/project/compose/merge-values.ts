import { isRecord, type YamlMap } from './compose-file.ts';
import { parseAssignment, textOf } from './yaml-values.ts';

/**
 * How the keys of two compose files become one, by the Compose specification
 * (https://github.com/compose-spec/compose-spec/blob/main/13-merge.md): maps are merged, lists are joined, and what is
 * below replaces all else.
 */
const replaced = new Set(['command', 'entrypoint', 'test']);
/** Lists of `NAME=value`, or maps. */
const assignments = new Set(['environment', 'labels', 'args', 'annotations', 'sysctls', 'extra_hosts']);
/** Lists of names, or maps. */
const named = new Set(['depends_on', 'networks']);
/** Of two elements with one target the later one counts. */
const mounted = new Set(['volumes', 'devices', 'secrets', 'configs']);

/** The later value of a key over the earlier one. `path` ends with the key. */
export function mergeValues(before: unknown, after: unknown, path: readonly string[]): unknown {
  const key = path.at(-1) ?? '';
  if (after === undefined || after === null) return before === undefined ? after : before;
  if (before === undefined || before === null || replaced.has(key) || isOtherLogging(before, after, path)) return after;
  const isOfService = path.length > 2;
  if (isOfService && assignments.has(key)) return mergeMaps(assigned(before), assigned(after), path);
  if (isOfService && named.has(key)) return mergeNamed(before, after, path);
  if (isRecord(before) && isRecord(after)) return mergeMaps(before, after, path);
  return Array.isArray(before) || Array.isArray(after) ? joined(before, after, key) : after;
}

function joined(before: unknown, after: unknown, key: string): readonly unknown[] {
  const all = [...listOf(before), ...listOf(after)];
  return mounted.has(key) ? withoutRepeatedTargets(all) : withoutRepeated(all);
}

export function mergeMaps(before: YamlMap, after: YamlMap, path: readonly string[] = []): YamlMap {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return Object.fromEntries([...keys].map((key) => [key, mergeValues(before[key], after[key], [...path, key])]));
}

/** Options of one log driver mean nothing to another. */
function isOtherLogging(before: unknown, after: unknown, path: readonly string[]): boolean {
  if (path.length !== 3 || path[2] !== 'logging' || !isRecord(before) || !isRecord(after)) return false;
  return after['driver'] !== undefined && before['driver'] !== undefined && after['driver'] !== before['driver'];
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

/** As a map; what has no value is null. */
function assigned(value: unknown): YamlMap {
  if (isRecord(value)) return value;
  const pairs = listOf(value).map((text) => {
    const [name, written] = parseAssignment(textOf(text));
    return [name, written ?? null] as const;
  });
  return Object.fromEntries(pairs);
}

/** Lists stay a list, so that what was written in the short form is reported in it. */
function mergeNamed(before: unknown, after: unknown, path: readonly string[]): unknown {
  if (Array.isArray(before) && Array.isArray(after)) return withoutRepeated([...listOf(before), ...listOf(after)]);
  const asMap = (value: unknown): YamlMap =>
    isRecord(value) ? value : Object.fromEntries(listOf(value).map((name) => [textOf(name), null]));
  return mergeMaps(asMap(before), asMap(after), path);
}

function withoutRepeated(values: readonly unknown[]): readonly unknown[] {
  return [...new Map(values.map((value) => [textOf(value), value])).values()];
}

function withoutRepeatedTargets(values: readonly unknown[]): readonly unknown[] {
  return [...new Map(values.map((value) => [targetOf(value), value])).values()];
}

function targetOf(value: unknown): string {
  if (isRecord(value)) return textOf(value['target'] ?? value['source']);
  const [source = '', target = source] = textOf(value).split(':');
  return target;
}
