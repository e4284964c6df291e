import { resolve } from 'node:path';
import type { Problem } from '../../errors.ts';
import type { MissingVariable } from './environment.ts';
import type { ImageFacts } from './image-facts.ts';
import type { FileSpec, InstanceSpec, MountSpec } from '../../model/desired.ts';
import { placeIn, type RunConfEntry, type SecretValue } from '../conf/run-conf-entry.ts';
import { type Candidate, findVariable, type VariableSources } from './variables.ts';

/** What the files that secrets name hold, by path as written; undefined: there is none, or it is not text. */
export type SecretFiles = Readonly<Record<string, string | undefined>>;

export interface SecretsInput extends VariableSources {
  readonly key: string;
  readonly directory: string;
  readonly files: SecretFiles;
  readonly image: ImageFacts;
  readonly safemode: boolean;
}

export interface ResolvedSecrets {
  readonly files: readonly FileSpec[];
  readonly mounts: readonly MountSpec[];
  readonly tmpfs: readonly string[];
  /** `<NAME>_FILE`, unless something else gives it. */
  readonly variables: Readonly<Record<string, Candidate>>;
  readonly origins: InstanceSpec['origins'];
  readonly missing: readonly MissingVariable[];
  readonly problems: readonly Problem[];
}

export const secretsDirectory = '/run/secrets';
/** Where they wait for each start of an instance on the base image: of root alone, in the container's own layer. */
export const keptSecretsDirectory = '/etc/dockerops/secrets';

/** The first of the entrypoints, by its epoch: memory is empty at every start. */
const handOver: FileSpec = {
  path: '/entrypoints/dockerops-secrets-0.sh',
  mode: 0o755,
  uid: 0,
  gid: 0,
  content: [
    `#!/bin/sh\nset -e\ncd ${keptSecretsDirectory}\nfor name in *; do install -m 0444 "$name" "${secretsDirectory}/$name"; done\n`,
  ],
};

/**
 * The `secrets` of an entry: files that are readable inside and nowhere else to be seen. On the base image they are in memory; another
 * image has nobody who could put them there at each start, so they are in a volume of the container's own.
 */
export function resolveSecrets(input: SecretsInput): ResolvedSecrets {
  const { entry, image, safemode } = input;
  const found = (entry?.values.secrets ?? []).map((secret, index) =>
    readSecret(secret, `secrets.${String(index)}`, input),
  );
  if (found.length === 0)
    return { files: [], mounts: [], tmpfs: [], variables: {}, origins: {}, missing: [], problems: [] };
  const inMemory = image.runsEntrypoints && !safemode;
  const directory = inMemory ? keptSecretsDirectory : secretsDirectory;
  return {
    files: [
      ...found.map(({ name, value }) => secretFile(`${directory}/${name}`, inMemory ? 0o600 : 0o444, value)),
      ...(inMemory ? [handOver] : []),
    ],
    mounts: inMemory ? [] : [{ kind: 'scratch', target: secretsDirectory }],
    tmpfs: inMemory ? [`${secretsDirectory}:mode=0755,noexec`] : [],
    variables: Object.fromEntries(
      found.map(({ name, where }) => [
        fileVariable(name),
        { value: [`${secretsDirectory}/${name}`], origin: { source: 'run.conf', where } },
      ]),
    ),
    origins: Object.fromEntries(found.map(({ name, where }) => [`secrets.${name}`, { source: 'run.conf', where }])),
    missing: found.flatMap(({ missing }) => missing ?? []),
    problems: [...found.flatMap(({ problem }) => problem ?? []), ...repeated(found)],
  };
}

function secretFile(path: string, mode: number, value: string): FileSpec {
  return { path, mode, uid: 0, gid: 0, content: [value], secret: true };
}

interface Found {
  readonly name: string;
  readonly where: string;
  readonly value: string;
  readonly missing?: MissingVariable;
  readonly problem?: Problem;
}

function readSecret(secret: SecretValue, path: string, input: SecretsInput): Found {
  const { name, file, variable }: Exclude<SecretValue, string> = typeof secret === 'string' ? { name: secret } : secret;
  const where = input.entry === undefined ? '' : placeIn(input.entry, path);
  if (file !== undefined && variable !== undefined)
    return {
      name,
      where,
      value: '',
      problem: {
        where,
        message: `secret ${name} is to come from a file and from a variable`,
        suggestion: 'keep "file" or "variable"',
      },
    };
  if (file === undefined) return fromVariable(name, variable ?? variableName(name), where, input);
  const value = input.files[file];
  if (value !== undefined) return { name, where, value };
  return {
    name,
    where,
    value: '',
    problem: {
      where,
      message: `secret ${name} cannot be read: there is no text file ${resolve(input.directory, file)} that you may read`,
      suggestion: 'write it (mode 600, and not committed), or use "variable"',
    },
  };
}

/** Of what is not committed: the environment, host.conf, env files. */
function fromVariable(name: string, variable: string, where: string, input: SecretsInput): Found {
  const value = findVariable(variable, { ...input, entry: undefined })?.value.join('');
  if (value !== undefined) return { name, where, value };
  return {
    name,
    where,
    value: '',
    missing: { name: variable, key: input.key, where, secret: true, reason: `it is the value of secret ${name}` },
  };
}

function variableName(secret: string): string {
  return secret.toUpperCase().replaceAll(/[^A-Z0-9_]/g, '_');
}

function fileVariable(secret: string): string {
  return `${variableName(secret)}_FILE`;
}

function repeated(found: readonly Found[]): readonly Problem[] {
  const again = found.filter(
    ({ name }, index) => found.findIndex((other) => fileVariable(other.name) === fileVariable(name)) < index,
  );
  return again.map(({ name, where }) => ({
    where,
    message: `there is a secret ${name} already, or one whose variable is ${fileVariable(name)} as well`,
    suggestion: 'give this one another name',
  }));
}

/** Paths of the files that secrets of an entry name. */
export function secretFilesOf({ values: { secrets } }: RunConfEntry): readonly string[] {
  return Array.isArray(secrets)
    ? (secrets as readonly unknown[]).flatMap((secret) => {
        const file = typeof secret === 'object' && secret !== null && 'file' in secret ? secret.file : undefined;
        return typeof file === 'string' ? [file] : [];
      })
    : [];
}
