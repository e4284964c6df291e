import { resolve } from 'node:path';
import type { Problem } from '../../../errors.ts';
import { placeIn, type SecretValue } from '../../conf/run-conf-entry.ts';
import type { InstanceContext } from '../context.ts';
import type { MissingVariable } from '../findings.ts';
import { findVariable } from './variables.ts';

/** A secret of run.conf with its value; the value is empty when it is missing or there is a problem. */
export interface FoundSecret {
  readonly name: string;
  readonly where: string;
  readonly value: string;
  /** The variable of the environment that has the value. */
  readonly givenBy?: string;
  readonly missing?: MissingVariable;
  readonly problem?: Problem;
}

export function readSecret(secret: SecretValue, index: number, context: InstanceContext): FoundSecret {
  const { name, file, variable }: Exclude<SecretValue, string> = typeof secret === 'string' ? { name: secret } : secret;
  const where = context.entry === undefined ? '' : placeIn(context.entry, `secrets.${String(index)}`);
  if (file === undefined) return { name, where, ...fromVariable(name, variable ?? variableName(name), where, context) };
  if (variable === undefined) return { name, where, ...fromFile(name, file, where, context) };
  const problem: Problem = {
    where,
    message: `the secret ${name} has a file and a variable`,
    suggestion: 'keep "file" or "variable"',
  };
  return { name, where, value: '', problem };
}

type Value = Pick<FoundSecret, 'value' | 'givenBy' | 'missing' | 'problem'>;

function fromFile(name: string, file: string, where: string, { project }: InstanceContext): Value {
  const value = project.secretFiles[file];
  if (value !== undefined) return { value };
  const path = resolve(project.place.directory, file);
  const problem: Problem = {
    where,
    message: `the secret ${name} cannot be read: ${path} is not a text file that you can read`,
    suggestion: 'create it (mode 600, not committed), or use "variable"',
  };
  return { value: '', problem };
}

/** From what is not committed: the environment, host.conf and env files, but not run.conf. */
function fromVariable(name: string, variable: string, where: string, { key, sources }: InstanceContext): Value {
  const found = findVariable(variable, { ...sources, entry: undefined });
  if (found !== undefined)
    return {
      value: found.value.join(''),
      ...(found.origin.source === 'environment' ? { givenBy: variable } : {}),
    };
  return {
    value: '',
    missing: { name: variable, key, where, secret: true, reason: `it is the value of the secret ${name}` },
  };
}

/** `db-password` gives DB_PASSWORD. */
export function variableName(secret: string): string {
  return secret.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');
}
