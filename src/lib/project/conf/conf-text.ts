import { type Node, type ParseError, type ParseErrorCode, parseTree } from 'jsonc-parser';
import type { Problem } from '../../errors.ts';
import { type PlaceAt, placesIn } from './source-place.ts';

/** A value of a conf file with the place where it was written. */
export interface ConfText {
  readonly file: string;
  readonly text: string;
  readonly placeAt: PlaceAt;
  readonly root: Node | undefined;
  /** Of syntax; the tree is what could be made of the rest. */
  readonly problems: readonly Problem[];
  /** True when the tree can be taken at its word although there are problems. */
  readonly isWhole: boolean;
}

const maxProblems = 5;

/**
 * Parses JSON with `#` and `//` comments and trailing commas. Offsets in the tree are those of the text as written:
 * comments are blanked, never cut.
 */
export function parseConfText(file: string, text: string): ConfText {
  const errors: ParseError[] = [];
  const blanked = blankHashComments(text);
  const root = parseTree(blanked, errors, {
    allowTrailingComma: true,
    disallowComments: false,
    allowEmptyContent: true,
  });
  const placeAt = placesIn(file, text);
  const problems = firstOfEachLine(
    errors.map((error) => ({ where: placeAt(error.offset), ...explain(error, blanked) })),
  );
  return {
    file,
    text,
    placeAt,
    root,
    problems: problems.slice(0, maxProblems),
    isWhole: errors.every(({ error }) => error === commaExpected),
  };
}

const piece = /"(?:[^"\\\n]|\\.)*"?|\/\/[^\n]*|\/\*[\s\S]*?\*\/|#[^\n]*|^\uFEFF/g;

/** Outside strings and other comments, from `#` to the end of the line. A byte order mark goes as well. */
function blankHashComments(text: string): string {
  return text.replaceAll(piece, (found) =>
    found.startsWith('#') || found === '\uFEFF' ? ' '.repeat(found.length) : found,
  );
}

/** All comments, for who looks for signs between the values. Lines stay lines. */
export function blankComments(text: string): string {
  return text.replaceAll(piece, (found) => (found.startsWith('"') ? found : found.replaceAll(/[^\n]/g, ' ')));
}

/** What follows on the same line is mostly the echo of the first. */
function firstOfEachLine(problems: readonly (Problem & { readonly where: string })[]): readonly Problem[] {
  const lines = problems.map(({ where }) => where.slice(0, where.lastIndexOf(':')));
  return problems.filter((_, index) => lines.indexOf(lines[index] ?? '') === index);
}

const commaExpected: ParseErrorCode = 6;
const messages: Readonly<Partial<Record<ParseErrorCode, string>>> = {
  1: 'this is not a JSON word',
  2: 'this is not a number',
  3: 'a key is expected here, in double quotes',
  4: 'a value is expected here',
  5: 'a ":" is expected here',
  6: 'a "," is missing before this',
  7: 'a "}" is missing before this',
  8: 'a "]" is missing before this',
  9: 'nothing may follow here',
  11: 'this comment is not closed',
  12: 'this text is not closed: a double quote is missing',
  13: 'this number is not complete',
  14: 'an escape \\uXXXX needs four hexadecimal digits',
  15: 'this escape is not known in JSON',
  16: 'this character may not stand here',
};
const words: Readonly<Record<string, string>> = {
  True: 'true',
  False: 'false',
  None: 'null',
  TRUE: 'true',
  FALSE: 'false',
  NULL: 'null',
  Null: 'null',
  yes: 'true',
  no: 'false',
};

function explain({ error, offset, length }: ParseError, text: string): Pick<Problem, 'message' | 'suggestion'> {
  const found = text.slice(offset, offset + length);
  const right = words[found];
  if (right !== undefined) return { message: `${found} is not a JSON word`, suggestion: `write ${right}` };
  if (found.startsWith("'"))
    return {
      message: 'text stands in double quotes, not in single ones',
      suggestion: `write ${found.replaceAll("'", '"')}`,
    };
  if (/^[\w$-]+$/.test(found) && (error === 1 || error === 3))
    return { message: `${found} stands without quotes`, suggestion: `write "${found}"` };
  return { message: messages[error] ?? 'this is not JSON' };
}
