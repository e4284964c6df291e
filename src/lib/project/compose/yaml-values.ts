import { isRecord } from './compose-file.ts';

/** A value as text; one that should have been text, and is a map or a list, as JSON. */
export function textOf(value: unknown): string {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
}

/** A value, or a list of values, as texts. */
export function asList(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(textOf);
}

/** The elements of a list; of anything else none. */
export function elementsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Names that are given as a list, or as the keys of a map. */
export function namesOf(value: unknown): readonly string[] {
  if (Array.isArray(value)) return value.map(textOf);
  return isRecord(value) ? Object.keys(value) : [];
}

/** `A=x` as a name with its value; without `=` there is no value. */
export function parseAssignment(text: string): readonly [string, string | undefined] {
  const at = text.indexOf('=');
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
