import type { Problem } from '../../errors.ts';
import { parseConfText } from './conf-text.ts';

export const requiredVariablesFile = 'required_env_vars.json';
export interface RequiredVariable {
  readonly name: string;
  readonly where: string;
}
export interface ParsedRequiredVariables {
  readonly variables: readonly RequiredVariable[];
  readonly problems: readonly Problem[];
}

/** The list of variables that a service requires: an array of names, comments allowed. */
export function parseRequiredVariables(file: string, text: string): ParsedRequiredVariables {
  const { root, problems, placeAt } = parseConfText(file, text);
  if (problems.length > 0) return { variables: [], problems };
  if (root === undefined || root.type !== 'array')
    return {
      variables: [],
      problems: [
        { where: `${file}:1:1`, message: 'the file must be a list of names', suggestion: 'write ["NAME", …]' },
      ],
    };
  const items = root.children ?? [];
  const isName = (value: unknown): value is string =>
    typeof value === 'string' && /^[A-Za-z_][A-Za-z0-9_.-]*$/.test(value);
  return {
    variables: items.flatMap((item) => (isName(item.value) ? [{ name: item.value, where: placeAt(item.offset) }] : [])),
    problems: items
      .filter((item) => !isName(item.value))
      .map((item) => ({
        where: placeAt(item.offset),
        message: 'this is not a valid name of a variable',
        suggestion: 'write it like "DB_PASSWORD"',
      })),
  };
}
