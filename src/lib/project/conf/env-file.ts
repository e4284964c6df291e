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

const line = /^\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*=(.*)$/;

/** `NAME=value` lines with `#` comments; values may be quoted, `export` may come before. The last of two counts. */
export function parseEnvFile(file: string, text: string): ParsedEnvFile {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((content, index) => ({ content, where: `${file}:${String(index + 1)}:1` }));
  const filled = lines.filter(({ content }) => content.trim() !== '' && !content.trim().startsWith('#'));
  const read = filled.map(({ content, where }) => ({ where, content, match: line.exec(content) }));
  const variables = read.flatMap(({ where, match }) =>
    match?.[1] === undefined ? [] : [{ name: match[1], value: readValue((match[2] ?? '').trimStart()), where }],
  );
  return {
    variables: variables.filter(({ name }, index) => variables.findLastIndex((other) => other.name === name) === index),
    problems: read
      .filter(({ match }) => match === null)
      .map(({ where, content }) => ({
        where,
        message: `"${content.trim()}" is not NAME=value`,
        suggestion: 'write NAME=value, or begin the line with #',
      })),
  };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };

function readValue(text: string): string {
  const single = /^'([^']*)'\s*(?:#.*)?$/.exec(text);
  if (single !== null) return single[1] ?? '';
  const double = /^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$/.exec(text);
  if (double !== null)
    return (double[1] ?? '').replaceAll(/\\(.)/g, (_, escaped: string) => escapes[escaped] ?? escaped);
  return withoutComment(text).trim();
}

/** `#` begins a comment at the beginning and after a space. */
function withoutComment(text: string): string {
  const comment = /(?:^|\s)#/.exec(text);
  return comment === null ? text : text.slice(0, comment.index);
}
