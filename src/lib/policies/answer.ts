import { canonicalJson } from '../model/canonical-json.ts';

/** A key with the text that is written. */
export type AnsweredKey = readonly [key: string, value: string];

/** The answer of a policy cannot be used. */
class WrongAnswer extends Error {}

const maxKeys = 1000;
const maxBytes = 1024 * 1024;
const maxKeyBytes = 1024;
const maxValueBytes = 64 * 1024;
const maxQuoted = 80;

/**
 * The keys of an answer, sorted. `reserved`: prefixes below which a policy may write nothing. Of different values of
 * one key the smallest is taken. Throws WrongAnswer, or what a generator throws.
 */
export function readAnswer(answer: unknown, reserved: readonly string[]): readonly AnsweredKey[] {
  const keys = new Map<string, string>();
  let bytes = 0;
  for (const object of objectsOf(answer))
    for (const [key, raw] of Object.entries(object)) {
      checkKey(key, reserved);
      const value = valueOf(key, raw);
      if (value === undefined) continue;
      bytes += Buffer.byteLength(key) + Buffer.byteLength(value);
      if (bytes > maxBytes) throw new WrongAnswer('the answer is larger than 1 MiB');
      const other = keys.get(key);
      if (other === undefined || Buffer.compare(Buffer.from(value), Buffer.from(other)) < 0) keys.set(key, value);
      if (keys.size > maxKeys) throw new WrongAnswer(`the answer has more than ${String(maxKeys)} keys`);
    }
  return [...keys].sort(([a], [b]) => (a < b ? -1 : 1));
}

function* objectsOf(answer: unknown): Generator<object> {
  if (answer === undefined || answer === null) return;
  if (isPlain(answer)) yield answer;
  else if (typeof answer === 'object' && Symbol.iterator in answer) {
    for (const each of answer as Iterable<unknown>) {
      if (!isPlain(each)) throw new WrongAnswer(`expected an object, got ${quote(each)}`);
      yield each;
    }
  } else throw new WrongAnswer(`expected an object, got ${quote(answer)}`);
}

function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function checkKey(key: string, reserved: readonly string[]): void {
  const problem = keyProblem(key, reserved);
  if (problem !== undefined) throw new WrongAnswer(`the key ${quoteText(key)} ${problem}`);
}

function keyProblem(key: string, reserved: readonly string[]): string | undefined {
  if (!key.startsWith('/')) return 'does not begin with /';
  if (key.endsWith('/')) return 'ends with /';
  if (key.includes('//')) return 'has an empty part';
  if (Buffer.byteLength(key) > maxKeyBytes) return `has more than ${String(maxKeyBytes)} bytes`;
  if (!key.isWellFormed()) return 'is not Unicode text';
  const prefix = reserved.find((each) => key === each || key.startsWith(`${each}/`));
  return prefix === undefined ? undefined : `lies below ${prefix}, which the registrator uses itself`;
}

/** Undefined: the key is dropped. */
function valueOf(key: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined;
  const text = typeof value === 'string' ? value.toWellFormed() : jsonOf(key, value);
  if (Buffer.byteLength(text) > maxValueBytes) throw new WrongAnswer(`the value of ${key} is larger than 64 KiB`);
  return text;
}

function jsonOf(key: string, value: unknown): string {
  const isWritable = typeof value === 'boolean' || Number.isFinite(value) || Array.isArray(value) || isPlain(value);
  if (!isWritable) throw new WrongAnswer(`the value of ${key} cannot be written: ${quote(value)}`);
  return canonicalJson(plainParts(key, value, 0));
}

/** Its parts have to be what JSON has, too. */
function plainParts(key: string, value: unknown, depth: number): unknown {
  if (depth > 50) throw new WrongAnswer(`the value of ${key} is nested more than 50 deep`);
  if (Array.isArray(value)) return value.map((each) => plainParts(key, each, depth + 1));
  if (isPlain(value))
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, plainParts(key, each, depth + 1)]));
  if (value === undefined || value === null || typeof value === 'boolean' || Number.isFinite(value)) return value;
  if (typeof value === 'string') return value.toWellFormed();
  throw new WrongAnswer(`the value of ${key} cannot be written: it contains ${quote(value)}`);
}

/** `string "test"`, `number 5`, `function`, `Map` */
function quote(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return `string ${quoteText(value)}`;
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object')
    return (value.constructor as { readonly name?: string } | undefined)?.name ?? 'an object';
  return typeof value === 'function' || typeof value === 'undefined'
    ? typeof value
    : `${typeof value} ${String(value)}`;
}

function quoteText(text: string): string {
  return JSON.stringify(text.length > maxQuoted ? `${text.slice(0, maxQuoted)}…` : text);
}
