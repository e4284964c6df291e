import type { RequiredVariable } from '../../conf/required-variables.ts';
import { placeIn, type RunConfEntry } from '../../conf/run-conf-entry.ts';
import type { MissingVariable } from '../findings.ts';
import { isSecretName } from '../../../model/secret-name.ts';

/** The variable of a link that has no target. */
export interface UnmetVariable {
  readonly name: string;
  readonly reason: string;
  readonly where: string;
}

/** What requires variables of an instance. */
export interface Requirements {
  readonly key: string;
  readonly entry: RunConfEntry | undefined;
  readonly required: readonly RequiredVariable[];
  readonly unmet: readonly UnmetVariable[];
}

/** Every variable that something requires and nothing gives, each once. */
export function missingVariables(
  { key, entry, required, unmet }: Requirements,
  found: ReadonlySet<string>,
): readonly MissingVariable[] {
  const nulls = Object.entries(entry?.values.env_vars ?? {}).filter(([, value]) => value === null);
  const needed = [
    ...nulls.map(([name]) => ({
      name,
      reason: 'run.conf requires a value',
      where: entry === undefined ? '' : placeIn(entry, `env_vars.${name}`),
    })),
    ...required.map(({ name, where }) => ({ name, reason: 'the service requires it', where })),
    ...unmet,
  ].filter(({ name }) => !found.has(name));
  const unique = needed.filter(({ name }, index) => needed.findIndex((other) => other.name === name) === index);
  return unique.map((each) => ({ ...each, key, secret: isSecretName(each.name) }));
}
