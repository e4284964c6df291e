import { createHash } from 'node:crypto';
import type { EnvironmentVariable, FileSpec, InstanceSpec } from '../../model/desired.ts';

/** Raised when the same instance would hash otherwise; an upgrade alone must never replace a container. */
export const specVersion = '1';

/** Facts of the run, not of the instance. */
const unhashed: ReadonlySet<keyof InstanceSpec> = new Set(['origins', 'after', 'sleepSeconds']);
/** Changes with the host's name, not with what is wanted. */
const unhashedVariables: ReadonlySet<string> = new Set(['HOST_HOSTNAME']);

function redactVariable(variable: EnvironmentVariable): unknown {
  return variable.secret ? { name: variable.name, secret: true } : { name: variable.name, value: variable.value };
}

function redactFile(file: FileSpec): unknown {
  return file.secret === true ? { ...file, content: undefined } : file;
}

/** JSON with sorted keys and without undefined members: equal values give equal text. */
export function canonicalJson(value: unknown): string {
  if (typeof value !== 'object' || value === null) return value === undefined ? 'null' : JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  const record = value as Readonly<Record<string, unknown>>;
  const names = Object.keys(record)
    .filter((name) => record[name] !== undefined)
    .sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonicalJson(record[name])}`).join(',')}}`;
}

/**
 * The instance as its label keeps it, so that drift can name the field: without what is not part of its identity, and
 * without the values of secrets, which must not be in a label, not even hashed.
 */
export function redactedSpec(spec: InstanceSpec): string {
  const kept = Object.entries(spec).filter(([name]) => !unhashed.has(name as keyof InstanceSpec));
  const environment = spec.environment.filter((variable) => !unhashedVariables.has(variable.name)).map(redactVariable);
  const labels = Object.fromEntries(Object.entries(spec.labels).filter(([name]) => !name.startsWith('dockerops.')));
  return canonicalJson({ ...Object.fromEntries(kept), environment, files: spec.files.map(redactFile), labels });
}

/** 32 hex digits. Equal hashes of one version mean: nothing to do. */
export function specHash(spec: InstanceSpec): string {
  return createHash('sha256')
    .update(`v${specVersion}:${redactedSpec(spec)}`)
    .digest('hex')
    .slice(0, 32);
}
