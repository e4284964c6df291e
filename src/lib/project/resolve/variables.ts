import type { FileVariable } from '../conf/env-file.ts';
import type { Environment } from '../find-project.ts';
import { type HostConf, hostVariablePlace } from '../conf/host-conf.ts';
import type { Origin, Template } from '../../model/desired.ts';
import { placeIn, type RunConfEntry } from '../conf/run-conf-entry.ts';

export interface Candidate {
  readonly value: Template;
  readonly origin: Origin;
}

/** Everywhere that variables of one instance come from. */
export interface VariableSources {
  readonly environment: Environment;
  readonly hostConf: HostConf;
  readonly entry: RunConfEntry | undefined;
  readonly fileVariables: readonly FileVariable[];
}

/** All values that a variable is given, the one that counts first: environment, host.conf, run.conf, env_file. */
export function candidatesOf(
  name: string,
  { environment, hostConf, entry, fileVariables }: VariableSources,
): readonly Candidate[] {
  const written = Object.hasOwn(entry?.values.env_vars ?? {}, name) ? entry?.values.env_vars?.[name] : undefined;
  const candidates: readonly (readonly [string | number | null | undefined, Origin])[] = [
    [environment[name], { source: 'environment' }],
    [
      Object.hasOwn(hostConf.values, name) ? hostConf.values[name] : undefined,
      { source: 'host.conf', where: hostVariablePlace(hostConf, name) },
    ],
    [written, { source: 'run.conf', where: entry === undefined ? '' : placeIn(entry, `env_vars.${name}`) }],
    ...fileVariables
      .filter((variable) => variable.name === name)
      .map((variable) => [variable.value, { source: 'env_file', where: variable.where }] as const),
  ];
  return candidates.flatMap(([value, origin]) =>
    value === undefined || value === null ? [] : [{ value: [String(value)], origin }],
  );
}

/** The value that counts; an empty one is none. */
export function findVariable(name: string, sources: VariableSources): Candidate | undefined {
  const [first] = candidatesOf(name, sources);
  return first?.value.join('') === '' ? undefined : first;
}

const secretWords =
  /(?:^|_)(?:PASSWORD|PASSWD|PASS|PASSPHRASE|PWD|SECRET|SECRETS|TOKEN|TOKENS|KEY|APIKEY|CREDENTIAL|CREDENTIALS|PRIVATE|DSN|SALT)(?:_|\d*$)|PASSWORD|SECRET|TOKEN|APIKEY/i;
/** Paths, names and ids of secrets are none. */
const harmlessEndings = /_(?:FILE|PATH|DIR|NAME|ID|URL|HOST|PORT|USER|LENGTH|TTL|EXPIRY|EXPIRES)$/i;

/** Whether a variable's name says that its value is nobody else's business. */
export function isSecretName(name: string): boolean {
  return secretWords.test(name) && !harmlessEndings.test(name) && name !== 'PWD' && name !== 'OLDPWD';
}
