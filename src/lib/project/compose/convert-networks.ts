import type { EntryValues } from '../conf/run-conf-entry.ts';
import { isRecord } from './compose-file.ts';
import type { ServiceContext } from './service-context.ts';
import { elementsOf, textOf } from './yaml-values.ts';

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

/** All instances are on the one network of the project, where each has its names of all of its networks. */
export function convertAliases(value: unknown, context: ServiceContext): Pick<EntryValues, 'aliases'> {
  const networks = isRecord(value) ? Object.entries(value) : [];
  for (const [name, settings] of networks)
    for (const key of isRecord(settings) ? Object.keys(settings) : [])
      if (key !== 'aliases') context.drop(['networks', name, key], `"${key}" of a network is not supported`);
  const aliases = networks.flatMap(([, settings]) => (isRecord(settings) ? elementsOf(settings['aliases']) : []));
  return aliases.length === 0 ? {} : { aliases: [...new Set(aliases.map(textOf))] };
}

/** `name:address` lines, in which Compose also takes `=`, or a map. */
export function convertExtraHosts(value: unknown): Pick<EntryValues, 'extra_hosts'> {
  if (!Array.isArray(value)) return { extra_hosts: value as Readonly<Record<string, string>> };
  return { extra_hosts: value.map((line) => textOf(line).replace('=', ':')) };
}
