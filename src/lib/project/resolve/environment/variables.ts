import type { Origin, Template } from '../../../model/desired.ts';
import type { FileVariable } from '../../conf/env-file.ts';
import { type HostConf, hostVariablePlace } from '../../conf/host-conf.ts';
import { placeIn, type RunConfEntry } from '../../conf/run-conf-entry.ts';
import type { Environment } from '../../find-project.ts';

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

/** All values given to a variable; the first counts. The order: environment, host.conf, run.conf, env_file. */
export function candidatesOf(
  name: string,
  { environment, hostConf, entry, fileVariables }: VariableSources,
): readonly Candidate[] {
  const inFiles = byName(fileVariables).get(name) ?? [];
  const candidates: readonly (readonly [string | number | null | undefined, Origin])[] = [
    [ownValue(environment, name), { source: 'environment' }],
    [ownValue(hostConf.values, name), { source: 'host.conf', where: hostVariablePlace(hostConf, name) }],
    [
      ownValue(entry?.values.env_vars ?? {}, name),
      { source: 'run.conf', where: entry === undefined ? '' : placeIn(entry, `env_vars.${name}`) },
    ],
    ...inFiles.map(({ value, where }) => [value, { source: 'env_file', where }] as const),
  ];
  return candidates.flatMap(([value, origin]) =>
    value === undefined || value === null ? [] : [{ value: [String(value)], origin }],
  );
}

const indexes = new WeakMap<readonly FileVariable[], ReadonlyMap<string, readonly FileVariable[]>>();

/** Made once for each list, which is asked for each of its names. */
function byName(variables: readonly FileVariable[]): ReadonlyMap<string, readonly FileVariable[]> {
  const index = indexes.get(variables) ?? Map.groupBy(variables, ({ name }) => name);
  indexes.set(variables, index);
  return index;
}

/** A variable may be called `constructor`. */
function ownValue<T>(values: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** The value that counts; undefined also for an empty one. */
export function findVariable(name: string, sources: VariableSources): Candidate | undefined {
  const [first] = candidatesOf(name, sources);
  return first?.value.join('') === '' ? undefined : first;
}
