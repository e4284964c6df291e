export type Values = Readonly<Record<string, string>>;

const reference = /\\\$|\$(?:\{(\w+)(?::?([-+])([^}]*))?\}|(\w+))/g;
/** The same where no brace is closed any more: looking for one from each `${` would take the square of the length. */
const unbraced = /\\\$|\$()()()(\w+)/g;

/** As long as Docker lets a line be; each expansion may double what it names. */
const maxExpanded = 64 * 1024;

/** A text is too long once its variables are replaced. */
export class TooLong extends Error {
  override readonly name = 'TooLong';
}

/**
 * Replaces variables by the values of ARG and ENV as Docker does: `$X`, `${X}`, `${X:-default}`, `${X:+other}`. Throws
 * TooLong.
 */
export function substitute(text: string, values: Values): string {
  let length = 0;
  const replaced = (whole: string, ...[braced, mark, other, plain]: readonly (string | undefined)[]): string => {
    const expanded = whole === '\\$' ? '$' : expand({ name: braced || (plain ?? ''), mark, other }, values);
    length += expanded.length;
    if (length > maxExpanded) throw new TooLong(`more than ${maxExpanded} characters`);
    return expanded;
  };
  const end = text.lastIndexOf('}') + 1;
  return text.slice(0, end).replaceAll(reference, replaced) + text.slice(end).replaceAll(unbraced, replaced);
}

interface Reference {
  readonly name: string;
  readonly mark: string | undefined;
  readonly other: string | undefined;
}

function expand({ name, mark, other = '' }: Reference, values: Values): string {
  const value = (Object.hasOwn(values, name) ? values[name] : undefined) ?? '';
  if (mark === '-') return value === '' ? substitute(other, values) : value;
  if (mark === '+') return value === '' ? '' : substitute(other, values);
  return value;
}

/** The assignments of an ARG or ENV line: `A=1 B="two words"`, the older `A one two`, and a name alone for ARG. */
export function parseAssignments(text: string): readonly (readonly [string, string | undefined])[] {
  const old = /^([A-Za-z_]\w*)\s+(\S.*)$/s.exec(text);
  if (old?.[1] !== undefined && old[2] !== undefined && !text.includes('=')) return [[old[1], old[2]]];
  return [...text.matchAll(/([A-Za-z_]\w*)(?:=("(?:[^"\\]|\\.)*"|'[^']*'|(?:[^\s\\]|\\.)*))?/g)].map(
    ([, name = '', value]) => [name, value === undefined ? undefined : unquote(value)],
  );
}

function unquote(value: string): string {
  return value.replace(/^(["'])([\s\S]*)\1$/, '$2');
}
