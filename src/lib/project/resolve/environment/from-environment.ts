import type { InstanceSpec } from '../../../model/desired.ts';
import type { Environment } from '../../find-project.ts';
import type { ExplainedVariable } from './environment.ts';

/** They decide about ports and names, and need not be variables of an instance. */
const ofHost = ['PUBLISH_ON_IP', 'SERVICE_IP', 'DNS_ZONE', 'DNS_ALLOW'];

/** What the environment of the command decides about an instance; another shell may decide otherwise. */
export function fromEnvironment(
  variables: readonly ExplainedVariable[],
  secrets: readonly string[],
  environment: Environment,
): InstanceSpec['fromEnvironment'] {
  const given = variables.filter(({ origin }) => origin.source === 'environment');
  const hidden = new Set([...secrets, ...given.filter(({ secret }) => secret).map(({ name }) => name)]);
  const names = [...ofHost, ...secrets, ...given.map(({ name }) => name)];
  const pairs = names.flatMap((name) => {
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined;
    return value === undefined ? [] : [[name, hidden.has(name) ? null : value] as const];
  });
  return pairs.length === 0 ? undefined : Object.fromEntries(pairs);
}
