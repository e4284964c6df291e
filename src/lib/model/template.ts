import type { Template } from './desired.ts';

/** Text as a value of a JSON document: the pieces between the holes are put in as strings. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | { readonly text: Template }
  | readonly JsonValue[]
  | { readonly [name: string]: JsonValue };

/**
 * A JSON document with holes. What goes into holes must need no escaping: addresses, subnets, base64.
 *
 *     jsonText({ server: { text: [{ addressOf: 'x' }] } })  ->  ['{"server":"', { addressOf: 'x' }, '"}']
 */
export function jsonText(value: JsonValue): Template {
  return joinText(pieces(value));
}

function pieces(value: JsonValue): Template {
  if (isList(value))
    return ['[', ...value.flatMap((item, index) => [...(index === 0 ? [] : [',']), ...pieces(item)]), ']'];
  if (typeof value !== 'object' || value === null) return [JSON.stringify(value)];
  if (isHole(value))
    return [
      '"',
      ...value.text.map((piece) => (typeof piece === 'string' ? JSON.stringify(piece).slice(1, -1) : piece)),
      '"',
    ];
  const members = Object.entries(value).flatMap(([name, member], index) => [
    `${index === 0 ? '' : ','}${JSON.stringify(name)}:`,
    ...pieces(member),
  ]);
  return ['{', ...members, '}'];
}

function isList(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function isHole(value: object): value is { readonly text: Template } {
  return 'text' in value && Array.isArray(value.text);
}

/** Neighbouring strings become one, so that equal templates are equal values. */
export function joinText(text: Template): Template {
  return text.reduce<Template>((joined, piece) => {
    const last = joined.at(-1);
    return typeof piece === 'string' && typeof last === 'string'
      ? [...joined.slice(0, -1), last + piece]
      : [...joined, piece];
  }, []);
}

/** The text of a template without references. */
export function plainText(text: Template | undefined): string | undefined {
  return text?.every((piece) => typeof piece === 'string') === true ? text.join('') : undefined;
}
