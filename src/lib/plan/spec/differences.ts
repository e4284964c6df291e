import type { InstanceSpec, Origin, Template } from '../../model/desired.ts';
import type { ObservedContainer, Ownership, ObservedSecrets } from '../../model/observed-state.ts';
import { canonicalJson } from '../../model/canonical-json.ts';
import { maskPasswords } from '../../model/secret-text.ts';
import { labelledSpec } from '../../model/labelled-spec.ts';
import { specHash, specLabel, specVersion } from './spec-hash.ts';
import type { Difference } from '../plan.ts';
import { showTemplate } from '../plan-text.ts';

/** Members by which the entries of a list are told apart, so that a difference names `environment.DB_HOST`. */
const listKeys: Readonly<Record<string, readonly string[]>> = {
  environment: ['name'],
  mounts: ['target'],
  files: ['path'],
  ports: ['container', 'protocol'],
  links: ['alias'],
};

/** Lists of texts in which the order means nothing, with what they are sorted by. */
const unordered: Readonly<Record<string, (text: string) => string>> = {
  capAdd: (text) => text,
  capDrop: (text) => text,
  devices: (text) => text,
  securityOptions: (text) => text,
  tmpfs: (text) => text,
  aliases: (text) => text,
  // Of two addresses of one name the first counts.
  extraHosts: (text) => text.split(':')[0] ?? '',
};

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function inOrder(field: string, entries: readonly unknown[]): readonly unknown[] {
  const keyOf = unordered[lastPart(field)];
  if (keyOf === undefined) return entries;
  return entries.toSorted((a, b) => {
    const [first, second] = [keyOf(String(a)), keyOf(String(b))];
    return first === second ? 0 : first < second ? -1 : 1;
  });
}

function lastPart(field: string): string {
  return field.slice(field.lastIndexOf('.') + 1);
}

function entryName(field: string, entry: unknown, index: number): string {
  const keys = listKeys[lastPart(field)];
  if (keys === undefined || !isRecord(entry)) return String(index);
  return keys.map((key) => String(entry[key])).join('/');
}

function showEntry(field: string, entry: unknown): string {
  if (!isRecord(entry) || !field.endsWith('environment')) return canonicalJson(entry);
  return entry['secret'] === true ? '<secret>' : showTemplate(entry['value'] as Template);
}

/**
 * `{a: {b: [1]}}` becomes `a.b.0 -> 1`; the entries of a keyed list stay whole, several of one key with a number
 * after the first.
 */
export function flatten(value: unknown, field: string, into: Map<string, string>): Map<string, string> {
  if (Array.isArray(value)) {
    inOrder(field, value).forEach((entry, index) => {
      const name = `${field}.${entryName(field, entry, index)}`;
      into.set(into.has(name) ? `${name} (${String(index + 1)})` : name, showEntry(field, entry));
    });
  } else if (isRecord(value)) {
    for (const [name, member] of Object.entries(value)) flatten(member, field === '' ? name : `${field}.${name}`, into);
  } else if (value !== undefined) {
    into.set(field, typeof value === 'string' ? value : canonicalJson(value));
  }
  return into;
}

function originText(origins: Readonly<Record<string, Origin>>, field: string): string | undefined {
  const origin = originOf(origins, field);
  return origin === undefined ? undefined : (origin.where ?? origin.source);
}

/** Of a field, or of the longest path on the way to it. */
export function originOf(origins: Readonly<Record<string, Origin>>, field: string): Origin | undefined {
  const name = Object.keys(origins)
    .filter((key) => field === key || field.startsWith(`${key}.`))
    .sort((a, b) => b.length - a.length)[0];
  return name === undefined ? undefined : origins[name];
}

/**
 * The fields in which the spec of a container differs from the desired one; none when the hashes are equal. A
 * container with a hash of another version is compared only in the fields that both specs have: an upgrade alone
 * replaces nothing.
 */
export function specDifferences(observed: Ownership, desired: InstanceSpec): readonly Difference[] {
  const sameRules = observed.specVersion === specVersion;
  if (sameRules && isSame(observed, desired)) return [];
  const from = flatten(observed.spec, '', new Map<string, string>());
  const to = flatten(labelledSpec(desired), '', new Map<string, string>());
  const fields = [...new Set([...from.keys(), ...to.keys()])].sort();
  return fields
    .filter((field) => from.get(field) !== to.get(field) && (sameRules || (from.has(field) && to.has(field))))
    .map((field) => difference(field, from.get(field), to.get(field), originText(desired.origins, field)));
}

/** Equal text is equal, without a hash: to load Node's crypto takes longer than all of `ps`. */
function isSame({ specLabel: text, specHash: hash }: Ownership, desired: InstanceSpec): boolean {
  return text === specLabel(desired) || hash === specHash(desired);
}

/** All fields in which a container of ours differs from the desired instance, as far as the two tell. */
export function instanceDifferences(
  { ownership, secrets }: Pick<ObservedContainer, 'ownership' | 'secrets'>,
  desired: InstanceSpec,
): readonly Difference[] {
  if (ownership === undefined) return [];
  return [
    ...specDifferences(ownership, desired),
    ...(secrets === undefined ? [] : secretDifferences(secrets, desired)),
  ];
}

/**
 * Secrets are compared by value, as no label has them, not even hashed. Added and removed ones differ by name
 * already.
 */
function secretDifferences(
  observed: ObservedSecrets,
  { environment, files, origins }: InstanceSpec,
): readonly Difference[] {
  const hasChanged = (value: string | undefined, text: Template): boolean =>
    value !== undefined && text.every((piece) => typeof piece === 'string') && value !== text.join('');
  const fields = [
    ...environment
      .filter(({ name, value, secret }) => secret && hasChanged(observed.variables[name], value))
      .map(({ name }) => `environment.${name}`),
    ...files
      .filter(({ path, content, secret }) => secret === true && hasChanged(observed.files[path], content))
      .map(({ path }) => `secrets.${path.slice(path.lastIndexOf('/') + 1)}`),
  ];
  return fields.map((field) => difference(field, '<secret>', '<another secret>', originText(origins, field)));
}

export function difference(
  field: string,
  from: string | undefined,
  to: string | undefined,
  origin?: string,
): Difference {
  const shown = (text = '(none)'): string => maskPasswords(text);
  return { field, from: shown(from), to: shown(to), ...(origin === undefined ? {} : { origin }) };
}
