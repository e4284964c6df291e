import type { Problem } from '../../errors.ts';

export interface FileVariable {
  readonly name: string;
  readonly value: string;
  readonly where: string;
}
export interface ParsedEnvFile {
  readonly variables: readonly FileVariable[];
  readonly problems: readonly Problem[];
}

const assignment = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=(.*)$/s;

/** Replaces what a value names; not called for values in single quotes. `$$` is a dollar sign. */
export type Expand = (name: string, value: string) => string;

const asWritten: Expand = (_, value) => value;

/**
 * `NAME=value` lines with `#` comments; `export` may come before. A value in quotes may go on over several lines. The
 * last of two values counts. Messages show nothing of a line, as it may be a secret.
 */
export function parseEnvFile(file: string, text: string, expand: Expand = asWritten): ParsedEnvFile {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const variables = new Map<string, FileVariable>();
  const problems: Problem[] = [];
  for (let index = 0; index < lines.length;) {
    const where = `${file}:${index + 1}:1`;
    const read = readLine(lines, index, expand);
    if ('problem' in read) problems.push({ where, ...read.problem });
    else if (read.name !== undefined) {
      variables.delete(read.name);
      variables.set(read.name, { name: read.name, value: read.value, where });
    }
    index = read.next;
  }
  return { variables: [...variables.values()], problems };
}

type ReadLine = { readonly next: number } & (
  | { readonly name: undefined } // empty, or a comment
  | { readonly name: string; readonly value: string }
  | { readonly problem: Pick<Problem, 'message' | 'suggestion'> }
);

function readLine(lines: readonly string[], index: number, expand: Expand): ReadLine {
  const line = lines[index] ?? '';
  const next = index + 1;
  if (/^\s*(?:#|$)/.test(line)) return { name: undefined, next };
  const [, name, written = ''] = assignment.exec(line) ?? [];
  if (name === undefined)
    return {
      next,
      problem: { message: 'this line is not NAME=value', suggestion: 'write NAME=value, or begin the line with #' },
    };
  const value = written.trimStart();
  const [quote] = value;
  if (quote !== '"' && quote !== "'") return { name, value: expand(name, withoutComment(value).trim()), next };
  const read = readQuoted(value, quote, lines, next, expand !== asWritten);
  return 'value' in read && quote === '"' ? { ...read, name, value: expand(name, read.value) } : { name, ...read };
}

type QuotedValue = { readonly next: number } & (
  { readonly value: string } | { readonly problem: Pick<Problem, 'message' | 'suggestion'> }
);

/** `next` is the line after the one on which the value begins; `value` is the rest of that. */
function readQuoted(
  value: string,
  quote: '"' | "'",
  lines: readonly string[],
  next: number,
  isExpanded: boolean,
): QuotedValue {
  let text = value.slice(1);
  const parts: string[] = [];
  for (let line = next; ; line += 1) {
    const end = closingQuote(text, quote);
    if (end !== undefined) {
      const content = unescape([...parts, text.slice(0, end)].join('\n'), quote, isExpanded);
      if (/^\s*(?:#.*)?$/.test(text.slice(end + 1))) return { value: content, next: line };
      // On one line, the quotes are part of the value: "a" and "b".
      if (line === next) return { value: withoutComment(value).trim(), next };
    }
    const following = lines[line];
    if (end !== undefined || following === undefined) return { problem: notClosed(quote), next };
    parts.push(text);
    text = following;
  }
}

function closingQuote(text: string, quote: string): number | undefined {
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === quote) return at;
    if (text[at] === '\\' && quote === '"') at += 1;
  }
  return undefined;
}

function notClosed(quote: string): Pick<Problem, 'message' | 'suggestion'> {
  const other = quote === '"' ? "'" : '"';
  return {
    message: `the quote ${quote} is not closed`,
    suggestion: `close it, or put the value in ${other} if it begins with the character ${quote}`,
  };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

/** In a text that is to be expanded, `\\$` becomes `$$`, which stays a dollar sign. */
function unescape(text: string, quote: string, isExpanded: boolean): string {
  if (quote === "'") return text;
  return text.replaceAll(/\\(.)/gs, (_, escaped: string) =>
    escaped === '$' && isExpanded ? '$$' : (escapes[escaped] ?? escaped),
  );
}

/** `#` begins a comment at the beginning and after a space. */
function withoutComment(text: string): string {
  const comment = /(?:^|\s)#/.exec(text);
  return comment === null ? text : text.slice(0, comment.index);
}
