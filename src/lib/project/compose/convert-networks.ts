import type { EntryValues } from '../conf/run-conf-entry.ts';
import { isRecord } from './compose-file.ts';
import type { ServiceContext } from './service-context.ts';
import { namesOf, textOf } from './yaml-values.ts';

export function convertNetworkMode(value: unknown, context: ServiceContext): Pick<EntryValues, 'network_mode'> {
  if (value === 'host') return { network_mode: 'host' };
  if (value !== 'bridge' && value !== 'default')
    context.drop(
      ['network_mode'],
      `the network mode ${textOf(value)} is not supported`,
      'an instance is on the network of the project or on that of the host',
    );
  return {};
}

/** All instances are on the one network of the project, so only what differs from that is reported. */
export function convertNetworks(value: unknown, context: ServiceContext): Record<string, never> {
  if (namesOf(value).some((name) => name !== 'default'))
    context.drop(['networks'], 'a project has one network, and all its instances are on it');
  for (const [name, settings] of isRecord(value) ? Object.entries(value) : [])
    for (const key of isRecord(settings) ? Object.keys(settings) : [])
      context.drop(
        ['networks', name, key],
        `"${key}" of a network is not supported`,
        key === 'aliases' ? 'give the alias to the instances that use it, by "links"' : undefined,
      );
  return {};
}

/** `name:address` lines, in which Compose also takes `=`, or a map. */
export function convertExtraHosts(value: unknown): Pick<EntryValues, 'extra_hosts'> {
  if (!Array.isArray(value)) return { extra_hosts: value as Readonly<Record<string, string>> };
  return { extra_hosts: value.map((line) => textOf(line).replace('=', ':')) };
}
