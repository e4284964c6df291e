import { readReference, type VariableReference } from './variable-reference.ts';

/** A variable that a text of a compose file names, and where its value came from. */
interface UsedVariable {
  readonly name: string;
  readonly from: 'env file' | 'default' | 'nothing';
}

export interface Interpolated {
  readonly text: string;
  readonly used: readonly UsedVariable[];
}

type Values = Readonly<Record<string, string>>;

/** `$X`, `${X}`, `${X:-default}`, `${X:+other}`, `${X:?message}` and `$$`, as the Compose specification has them. */
export function interpolate(text: string, values: Values): Interpolated {
  return interpolateInside(text, values, 0);
}

/** More defaults inside of defaults are taken as they are written. */
const maxLevels = 50;

function interpolateInside(text: string, values: Values, level: number): Interpolated {
  const used: UsedVariable[] = [];
  const pieces: string[] = [];
  let from = 0;
  for (let at = text.indexOf('$'); at !== -1; at = text.indexOf('$', from)) {
    const reference = readReference(text, at);
    const result = reference === undefined ? dollar : valueOf(reference, values, level);
    used.push(...result.used);
    pieces.push(text.slice(from, at), result.text);
    from = reference?.end ?? (text.startsWith('$$', at) ? at + 2 : at + 1);
  }
  return { text: [...pieces, text.slice(from)].join(''), used };
}

/** `$$` is a dollar sign; so is one that no name follows. */
const dollar: Interpolated = { text: '$', used: [] };

function valueOf({ name, operator, word }: VariableReference, values: Values, level: number): Interpolated {
  const given = Object.hasOwn(values, name) ? values[name] : undefined;
  const asWritten: Interpolated = { text: word, used: [{ name, from: 'nothing' }] };
  const inside = (): Interpolated => (level === maxLevels ? asWritten : interpolateInside(word, values, level + 1));
  const value = operator.startsWith(':') && given === '' ? undefined : given;
  if (operator.endsWith('+')) {
    const other = value === undefined ? { text: '', used: [] } : inside();
    return withUse({ name, from: value === undefined ? 'default' : 'env file' }, other);
  }
  if (value !== undefined) return { text: value, used: [{ name, from: 'env file' }] };
  return operator.endsWith('-')
    ? withUse({ name, from: 'default' }, inside())
    : { text: '', used: [{ name, from: 'nothing' }] };
}

function withUse(variable: UsedVariable, { text, used }: Interpolated): Interpolated {
  return { text, used: [variable, ...used] };
}

/** The variable that a text consists of, with its default: `${DB_HOST:-db}`; undefined for every other text. */
export function soleVariable(
  text: string,
): { readonly name: string; readonly fallback: string | undefined } | undefined {
  const reference = readReference(text, 0);
  if (reference?.end !== text.length || /[{}]/.test(reference.word)) return undefined;
  const { name, operator, word } = reference;
  if (operator === '' || operator.endsWith('?')) return { name, fallback: undefined };
  return operator.endsWith('-') && !word.includes('$') ? { name, fallback: word } : undefined;
}
