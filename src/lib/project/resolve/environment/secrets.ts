import type { FileSpec, InstanceSpec, MountSpec } from '../../../model/desired.ts';
import type { Problem } from '../../../errors.ts';
import type { InstanceContext } from '../context.ts';
import type { Findings } from '../findings.ts';
import { type FoundSecret, readSecret, variableName } from './secret-value.ts';
import type { Candidate } from './variables.ts';

export interface ResolvedSecrets extends Pick<Findings, 'problems' | 'missing'> {
  readonly files: readonly FileSpec[];
  readonly mounts: readonly MountSpec[];
  readonly tmpfs: readonly string[];
  /** `<NAME>_FILE`, for when nothing else gives it a value. */
  readonly variables: Readonly<Record<string, Candidate>>;
  readonly origins: InstanceSpec['origins'];
  /** Names of the variables of the environment that have the values. */
  readonly fromEnvironment: readonly string[];
}

const secretsDirectory = '/run/secrets';
/** In the container's own layer, for root alone: from here an entrypoint copies them to memory at each start. */
const keptSecretsDirectory = '/etc/dockerops/secrets';

/** Memory is empty at every start. By its number this is the first of the entrypoints. */
const copySecrets: FileSpec = {
  path: '/entrypoints/dockerops-secrets-0.sh',
  mode: 0o755,
  uid: 0,
  gid: 0,
  content: [
    [
      '#!/bin/sh',
      'set -e',
      `cd ${keptSecretsDirectory}`,
      `for name in *; do install -m 0444 "$name" "${secretsDirectory}/$name"; done`,
      '',
    ].join('\n'),
  ],
};

/**
 * The `secrets` of an entry, as files under /run/secrets. On the base image these are in memory. Another image has no
 * entrypoint that could copy them there at each start, so they are in a volume of the container.
 */
export function resolveSecrets(context: InstanceContext): ResolvedSecrets {
  const found = (context.entry?.values.secrets ?? []).map((secret, index) => readSecret(secret, index, context));
  return {
    ...placeSecrets(found, context),
    variables: Object.fromEntries(
      found.map(({ name, where }) => [
        fileVariable(name),
        { value: [`${secretsDirectory}/${name}`], origin: { source: 'run.conf', where } },
      ]),
    ),
    origins: Object.fromEntries(found.map(({ name, where }) => [`secrets.${name}`, { source: 'run.conf', where }])),
    fromEnvironment: found.flatMap(({ givenBy }) => givenBy ?? []),
    missing: found.flatMap(({ missing }) => missing ?? []),
    problems: [...found.flatMap(({ problem }) => problem ?? []), ...repeatedNames(found)],
  };
}

function placeSecrets(
  found: readonly FoundSecret[],
  { image, switches }: InstanceContext,
): Pick<ResolvedSecrets, 'files' | 'mounts' | 'tmpfs'> {
  if (found.length === 0) return { files: [], mounts: [], tmpfs: [] };
  const inMemory = image.runsEntrypoints && !switches.switches.safemode.value;
  if (!inMemory)
    return {
      files: found.map((secret) => secretFile(secretsDirectory, 0o444, secret)),
      mounts: [{ kind: 'scratch', target: secretsDirectory }],
      tmpfs: [],
    };
  return {
    files: [...found.map((secret) => secretFile(keptSecretsDirectory, 0o600, secret)), copySecrets],
    mounts: [],
    tmpfs: [`${secretsDirectory}:mode=0755,noexec`],
  };
}

function secretFile(directory: string, mode: number, { name, value }: FoundSecret): FileSpec {
  return { path: `${directory}/${name}`, mode, uid: 0, gid: 0, content: [value], secret: true };
}

function fileVariable(secret: string): string {
  return `${variableName(secret)}_FILE`;
}

function repeatedNames(found: readonly FoundSecret[]): readonly Problem[] {
  const again = found.filter(
    ({ name }, index) => found.findIndex((other) => fileVariable(other.name) === fileVariable(name)) < index,
  );
  return again.map(({ name, where }) => ({
    where,
    message: `the secret ${name} has the same variable, ${fileVariable(name)}, as another one`,
    suggestion: 'give this one another name',
  }));
}
