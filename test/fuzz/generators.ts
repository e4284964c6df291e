import fc from 'fast-check';
import { readFileSync } from 'node:fs';

/** Names that every object inherits, keys of several files, and what no name may be. */
const hostileNames = ['__proto__', 'constructor', 'toString', 'hasOwnProperty', '', 'a.b', 'ż', 'A B', '\u0000'];
const hostileTexts = [
  ...hostileNames,
  '$A',
  '${A:-${B}}',
  '$$',
  '$&',
  '\u202e',
  '\ud800',
  '*'.repeat(60),
  'a'.repeat(5000),
  '-1',
  '1e999',
  '65536',
  '80:80/tcp',
  '1-65535',
  '/a:/b:ro',
  'http://u:p@h',
];

/** Part of a text that is valid here, or nearly. */
function pieces(words: readonly string[]): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...words) },
    { weight: 2, arbitrary: fc.constantFrom(...hostileTexts) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
  );
}

/** Lines of words of a language. */
export function linesOf(starts: readonly string[], words: readonly string[]): fc.Arbitrary<string> {
  const line = fc
    .tuple(fc.constantFrom(...starts), fc.array(pieces(words), { maxLength: 5 }), fc.constantFrom(' ', '', '=', ','))
    .map(([start, rest, between]) => `${start}${rest.join(between)}`);
  const end = fc.constantFrom('\n', '\r\n', '\n\n', ' \\\n', '');
  return damaged(fc.array(fc.tuple(line, end), { maxLength: 12 }).map((lines) => lines.flat().join('')));
}

/** One text of words, as an option or an argument is. */
export function wordsOf(words: readonly string[]): fc.Arbitrary<string> {
  return damaged(fc.array(pieces(words), { maxLength: 8 }).map((parts) => parts.join('')));
}

/** Data with the keys of a file, and values of any type in any place. */
export function dataOf(keys: readonly string[], values: readonly unknown[] = []): fc.Arbitrary<unknown> {
  const name = pieces(keys);
  const scalar = fc.oneof(
    fc.constantFrom<unknown>(null, true, false, 0, -1, 1.5, 1e21, ...hostileTexts, ...values),
    fc.string({ maxLength: 10 }),
    name,
  );
  return fc.letrec<{ readonly value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      scalar,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(name, tie('value'), { maxKeys: 6, noNullPrototype: false }),
    ),
  })).value;
}

/** Such data as JSON, which is often damaged. */
export function jsonOf(data: fc.Arbitrary<unknown>): fc.Arbitrary<string> {
  return damaged(
    fc.oneof(
      data.map((value) => JSON.stringify(value)),
      data.map((value) => JSON.stringify(value, null, 2).replaceAll('\n', ' # c\n')),
      fc.nat(20_000).map((depth) => '[{"a":'.repeat(depth)),
    ),
  );
}

const inserts = [...'{}[]":,#\\\'$\n\t\0*!-', '\uFEFF', '//', '/*', '"\n', '${', '<<A', '__proto__', ',,', '\ud83d'];

/** Cuts out, inserts and doubles parts of a text; half of the texts stay as they are. */
function damaged(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const edit = fc.record({ at: fc.nat(), cut: fc.nat(6), put: fc.constantFrom(...inserts), twice: fc.boolean() });
  const edits = fc.oneof(fc.constant([]), fc.array(edit, { maxLength: 3 }));
  return fc.tuple(text, edits).map(([whole, all]) =>
    all.reduce((edited, { at, cut, put, twice }) => {
      const from = edited.length === 0 ? 0 : at % edited.length;
      const kept = twice ? edited.slice(from, from + cut).repeat(2) : '';
      return `${edited.slice(0, from)}${put}${kept}${edited.slice(from + cut)}`;
    }, whole),
  );
}

interface RunConfSchema {
  readonly items: { readonly properties: Readonly<Record<string, { readonly examples?: readonly unknown[] }>> };
}

const { properties } = (JSON.parse(readFileSync('run.conf.schema.json', 'utf8')) as RunConfSchema).items;

/** The keys of run.conf, and values that they may have. */
export const runConf = {
  keys: [...Object.keys(properties), 'name', 'file', 'test', 'soft', 'hard'],
  values: ['web', 'one', ...Object.values(properties).flatMap(({ examples }) => examples ?? [])],
};
