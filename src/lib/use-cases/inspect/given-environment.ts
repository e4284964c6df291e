import { label } from '../../labels.ts';
import type { InstanceSpec, Template } from '../../model/desired.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { plainText } from '../../model/template.ts';
import { parseJson } from '../../json.ts';
import type { Environment } from '../../project/find-project.ts';

/** The variables that the environment of the command gave that made an instance. */
export interface GivenEnvironment {
  readonly environment: Environment;
  /** Those of them whose values are in no label: in `environment` they only have some value. */
  readonly secrets: ReadonlySet<string>;
}

/** No variable can have it. */
const unknownValue = '\0';

/**
 * Containers by the environment that they were made in, of which there mostly is one. A container that does not tell
 * is compared with the environment of this command.
 */
export function byEnvironment(
  containers: readonly ObservedContainer[],
  current: Environment,
): ReadonlyMap<GivenEnvironment, readonly ObservedContainer[]> {
  const environments = new Map<string, GivenEnvironment>();
  return Map.groupBy(containers, (container) => {
    const given = givenTo(container) ?? { environment: current, secrets: new Set() };
    const key = JSON.stringify([given.environment, [...given.secrets]]);
    const same = environments.get(key) ?? given;
    environments.set(key, same);
    return same;
  });
}

function givenTo({ labels }: ObservedContainer): GivenEnvironment | undefined {
  const given = parse(labels[label.fromEnvironment]);
  if (given === undefined) return undefined;
  const secrets = given.filter(([, value]) => value === null).map(([name]) => name);
  return {
    environment: Object.fromEntries(given.map(([name, value]) => [name, value ?? unknownValue])),
    secrets: new Set(secrets),
  };
}

/** Undefined for a container of a version that wrote none. */
function parse(text: string | undefined): readonly (readonly [string, string | null])[] | undefined {
  try {
    const value: unknown = parseJson(text ?? '');
    return typeof value === 'object' && value !== null
      ? Object.entries(value).map(([name, each]) => [name, typeof each === 'string' ? each : null])
      : undefined;
  } catch {
    return undefined;
  }
}

/** Without the secrets that need not be read, as there is nothing to compare them with. */
export function withoutGivenSecrets(spec: InstanceSpec): InstanceSpec {
  const isKnown = (value: Template): boolean => plainText(value) !== unknownValue;
  return {
    ...spec,
    environment: spec.environment.filter(({ value }) => isKnown(value)),
    files: spec.files.filter(({ content }) => isKnown(content)),
  };
}

/** A value may tell that it is a secret, which the value in its place does not. */
export function isGivenSecret(field: string, { secrets }: GivenEnvironment): boolean {
  return field.startsWith('environment.') && secrets.has(field.slice('environment.'.length));
}
