import { definedOnly } from '../../defined.ts';
import { findNearest } from '../../did-you-mean.ts';
import type { Problem } from '../../errors.ts';
import type { Schema } from './schema/schema.ts';

type Message = Pick<Problem, 'message' | 'suggestion'>;
/** A value and its JSON type, as a node of a parsed text has them. */
type Value = { readonly type: string; readonly value?: unknown } | undefined;

/** What is wrong with a value that does not fit a keyword of its schema. `name` is the path of the value. */
export function valueMessage(name: string, found: Value, keyword: string, schema: Schema): Message {
  if (keyword === 'enum') return choiceMessage(name, found?.value, schema.enum ?? []);
  if (keyword === 'type') return typeMessage(name, found, schema);
  if (keyword === 'pattern')
    return definedOnly({
      message: `${name} is ${printValue(found)}, which is not valid`,
      suggestion: likeExamples(schema),
    });
  return { message: `${name} is ${printValue(found)}; it must be ${boundOf(keyword, schema)}` };
}

export function printValue(found: Value): string {
  if (found === undefined) return 'missing';
  return found.type === 'object' || found.type === 'array' ? `an ${found.type}` : JSON.stringify(found.value);
}

function boundOf(keyword: string, { minimum, maximum, exclusiveMinimum }: Schema): string {
  if (keyword === 'minimum') return `at least ${String(minimum)}`;
  return keyword === 'maximum' ? `at most ${String(maximum)}` : `more than ${String(exclusiveMinimum)}`;
}

function choiceMessage(name: string, value: unknown, choices: readonly string[]): Message {
  const nearest = findNearest(String(value), choices);
  return definedOnly({
    message: `${name} is ${JSON.stringify(value)}; it must be ${listOf(choices.map((choice) => `"${choice}"`))}`,
    suggestion: nearest === undefined ? undefined : `did you mean "${nearest}"?`,
  });
}

/** JSON types for people. */
export const typeWords: Readonly<Record<string, string>> = {
  string: 'a string in double quotes',
  number: 'a number',
  integer: 'a whole number',
  boolean: 'true or false',
  array: 'a list in [ ]',
  object: 'an object in { }',
  null: 'null',
};

function typeMessage(name: string, found: Value, schema: Schema): Message {
  const types = [schema.type ?? []].flat();
  const meant = meantValue(found?.value, types);
  return definedOnly({
    message: `${name} is ${printValue(found)}; it must be ${listOf(types.map((type) => typeWords[type] ?? type))}`,
    suggestion: meant === undefined ? likeExamples(schema) : `write ${meant}`,
  });
}

const booleans = new Map<string, string>([
  ...['true', 'yes', 'y', '1', 'on'].map((word) => [word, 'true'] as const),
  ...['false', 'no', 'n', '0', 'off'].map((word) => [word, 'false'] as const),
]);

/** The value of the right type that a value of the wrong one most likely means. */
function meantValue(value: unknown, types: readonly string[]): string | undefined {
  if (types.includes('boolean')) return booleans.get(String(value).toLowerCase());
  return types.includes('string') && typeof value === 'boolean' ? `"${value ? 'True' : 'False'}"` : undefined;
}

function likeExamples({ examples = [] }: Schema): string | undefined {
  return examples.length === 0
    ? undefined
    : `write it like ${examples.map((example) => JSON.stringify(example)).join(' or ')}`;
}

function listOf(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}
