export type Values = Readonly<Record<string, string>>;

const reference = /\\\$|\$(?:\{(\w+)(?::?([-+])([^}]*))?\}|(\w+))/g;

/** Replaces variables by the values of ARG and ENV as Docker does: `$X`, `${X}`, `${X:-default}`, `${X:+other}`. */
export function substitute(text: string, values: Values): string {
  return text.replaceAll(
    reference,
    (
      whole,
      braced: string | undefined,
      mark: string | undefined,
      other: string | undefined,
      plain: string | undefined,
    ) => {
      if (whole === '\\$') return '$';
      const value = values[braced ?? plain ?? ''] ?? '';
      if (mark === '-') return value === '' ? substitute(other ?? '', values) : value;
      if (mark === '+') return value === '' ? '' : substitute(other ?? '', values);
      return value;
    },
  );
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
