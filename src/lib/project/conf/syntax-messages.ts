import type { ParseError, ParseErrorCode } from 'jsonc-parser';
import type { Problem } from '../../errors.ts';
import { isSecretName } from '../../model/secret-name.ts';

export const commaExpected: ParseErrorCode = 6;

const messages: Readonly<Partial<Record<ParseErrorCode, string>>> = {
  1: 'this is not a JSON value',
  2: 'this is not a valid number',
  3: 'a key in double quotes is expected here',
  4: 'a value is expected here',
  5: 'a ":" is expected here',
  6: 'a "," is missing before this',
  7: 'a "}" is missing before this',
  8: 'a "]" is missing before this',
  9: 'nothing may follow here',
  11: 'this comment is not closed',
  12: 'this string is not closed: a double quote is missing',
  13: 'this number is not complete',
  14: 'an escape \\uXXXX needs four hexadecimal digits',
  15: 'this escape is not valid in JSON',
  16: 'this character is not allowed here',
};

/** Whether a name that is secret comes before an offset on its line. */
function hasSecretName(text: string, offset: number): boolean {
  const before = text.slice(Math.max(text.lastIndexOf('\n', offset - 1) + 1, offset - 1000), offset);
  return [...before.matchAll(/"([\w.-]+)"\s*:/g)].some(([, name = '']) => isSecretName(name));
}

/** Values as other languages write them. */
const jsonWords: Readonly<Record<string, string>> = {
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

/**
 * What is wrong at a place where JSON is expected. A word is shown unless the text is secret, or the name before it on
 * its line: `"DB_PASSWORD": hunter2`.
 */
export function syntaxMessage(
  { error, offset, length }: ParseError,
  text: string,
  isSecret: boolean,
): Pick<Problem, 'message' | 'suggestion'> {
  const found = text.slice(offset, offset + length);
  const word = Object.hasOwn(jsonWords, found) ? jsonWords[found] : undefined;
  if (word !== undefined) return { message: `${found} is not a JSON value`, suggestion: `write ${word}` };
  const isHidden = isSecret || hasSecretName(text, offset);
  if (isHidden && /^['\w]/.test(found))
    return { message: 'this is not in double quotes', suggestion: 'write it as "…"' };
  if (found.startsWith("'"))
    return {
      message: 'strings are written in double quotes, not in single ones',
      suggestion: `write ${found.replaceAll("'", '"')}`,
    };
  if (/^[\w$-]+$/.test(found) && (error === 1 || error === 3))
    return { message: `${found} is not in quotes`, suggestion: `write "${found}"` };
  return { message: messages[error] ?? 'this is not JSON' };
}
