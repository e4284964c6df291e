import { parseEnvFile, type FileVariable } from '../conf/env-file.ts';
import { interpolate } from './interpolate.ts';

/** A variable of an env file as Compose reads it. */
export interface ExpandedVariable extends FileVariable {
  /** Variables that its value needs, and that have no value. */
  readonly missing: readonly string[];
}

/** The variables of `.env` or an `env_file`, with the values of earlier ones and of `values` in them. */
export function expandEnvFile(
  file: string,
  text: string,
  values: Readonly<Record<string, string>>,
): readonly ExpandedVariable[] {
  const known: Record<string, string> = { ...values };
  const missing = new Map<string, readonly string[]>();
  const expand = (name: string, value: string): string => {
    const { text: expanded, used } = interpolate(value, known);
    known[name] = expanded;
    missing.set(
      name,
      used.flatMap((variable) => (variable.from === 'nothing' ? [variable.name] : [])),
    );
    return expanded;
  };
  const { variables } = parseEnvFile(file, text, expand);
  return variables.map((variable) => ({ ...variable, missing: missing.get(variable.name) ?? [] }));
}

/** Lines of an env file that reads back as these values. */
export function printEnvFile(variables: Readonly<Record<string, string>>): string {
  return Object.entries(variables)
    .map(([name, value]) => `${name}="${value.replaceAll(/[\\"\n\r\t]/g, escaped)}"\n`)
    .join('');
}

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escaped(character: string): string {
  return escapes[character] ?? `\\${character}`;
}
