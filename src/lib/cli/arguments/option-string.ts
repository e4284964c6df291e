import { UserError } from '../../errors.ts';

/** One piece of `postgres,instance=master,force`: a bare word, or a key with its value. */
export interface Word {
  readonly key: string | undefined;
  readonly value: string;
}

const quoted = { '"': /"((?:[^"\\]|\\.)*)"(?=,|$)/sy, "'": /'((?:[^'\\]|\\.)*)'(?=,|$)/sy } as const;
/** Up to the next comma that is neither escaped nor quoted; an apostrophe within a word opens no quote. */
const plain = /(?:\\,|(?<![^\s=,])(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|[^,])*/sy;
const plainPiece = /\\,|(?<![^\s=,])(?:"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|[^,]/gs;
const keyAndEquals = /([^,="'\\]*)=/y;

/**
 * Splits the text after `command:` at its commas. A quoted value is the text between the quotes, with `\"` and `\\` as
 * escapes. In any other value quotes only protect commas, and `\,` is a comma. Empty pieces are skipped.
 */
export function parseWords(text: string): readonly Word[] {
  const words: Word[] = [];
  for (let position = 0; position < text.length;) {
    const { word, end } = readWord(text, position);
    if (word.key !== undefined || word.value !== '') words.push(word);
    position = end + 1;
  }
  return words;
}

function readWord(text: string, start: number): { readonly word: Word; readonly end: number } {
  const [whole, key] = matchAt(keyAndEquals, text, start) ?? [];
  if (whole === undefined || key === undefined) {
    const { value, end } = readValue(text, start, undefined);
    return { word: { key: undefined, value: value.trim() }, end };
  }
  const { value, end } = readValue(text, start + whole.length, key.trim());
  return { word: { key: key.trim(), value }, end };
}

function readValue(
  text: string,
  start: number,
  key: string | undefined,
): { readonly value: string; readonly end: number } {
  const mark = text[start];
  if (mark === '"' || mark === "'") {
    const [whole, inner] = matchAt(quoted[mark], text, start) ?? [];
    if (whole !== undefined && inner !== undefined) return { value: unescape(inner, mark), end: start + whole.length };
    if (!hasClosing(text, start, mark)) throw unclosed(key, text.slice(start));
  }
  const [raw = ''] = matchAt(plain, text, start) ?? [];
  return { value: raw.replaceAll(plainPiece, (piece) => (piece === '\\,' ? ',' : piece)), end: start + raw.length };
}

function matchAt(pattern: RegExp, text: string, position: number): RegExpExecArray | null {
  pattern.lastIndex = position;
  return pattern.exec(text);
}

function unescape(inner: string, mark: string): string {
  return inner.replaceAll(/\\(.)/gs, (whole, escaped: string) =>
    escaped === mark || escaped === '\\' ? escaped : whole,
  );
}

function hasClosing(text: string, start: number, mark: '"' | "'"): boolean {
  return matchAt(mark === '"' ? /"(?:[^"\\]|\\.)*"/sy : /'(?:[^'\\]|\\.)*'/sy, text, start) !== null;
}

function unclosed(key: string | undefined, value: string): UserError {
  return new UserError(
    key === undefined
      ? `a quote is not closed: ${value}`
      : `the quote in the value of "${key}" is not closed: ${value}`,
    {
      code: 'WRONG_USAGE',
      suggestions: [`if the quote is part of the value, quote the whole value and write \\" inside`],
    },
  );
}
