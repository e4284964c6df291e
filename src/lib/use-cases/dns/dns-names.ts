import type { DnsDirectory } from '../../directories/dns.ts';
import type { DnsHolder, DnsNames } from '../../directories/dns-answers.ts';
import { openDns } from './dns-directory.ts';
import { expectedAddresses } from './expected-address.ts';
import { listInstances } from '../inspect/find-instance.ts';
import type { OpenProject } from '../open-project.ts';

/** Every name with its holders, and whether the engine agrees. */
export async function listNames(opened: OpenProject): Promise<DnsNames> {
  const names = await (await openDns(opened)).names();
  return compareWithEngine(names, expectedAddresses(await listInstances(opened.engine, opened.owner, true)));
}

/**
 * What the engine says of each holder, by the addresses at which running instances are to be found. The DNS cannot ask
 * the engine about instances on the host's network, nor compare an address that is not a container's.
 */
export function compareWithEngine(
  { zone, names }: DnsNames,
  expected: ReadonlyMap<string, string | undefined>,
): DnsNames {
  const compared = (holder: DnsHolder): DnsHolder => ({ ...holder, engine: engineOf(holder, expected) });
  return { zone, names: names.map((name) => ({ ...name, holders: name.holders.map(compared) })) };
}

function engineOf(holder: DnsHolder, expected: ReadonlyMap<string, string | undefined>): DnsHolder['engine'] {
  const key = `${holder.service}-${holder.instance}`;
  if (holder.engine === 'absent' || !expected.has(key)) return holder.engine;
  return holder.address === undefined || holder.address === expected.get(key) ? 'agrees' : 'differs';
}

/** The names that resolve to each instance, by its key. */
export async function namesByInstance(directory: DnsDirectory): Promise<ReadonlyMap<string, readonly string[]>> {
  return namesOf(await directory.names());
}

/** Without names whose claim lost to that of another instance. */
export function namesOf({ names }: DnsNames): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { name, addresses, holders } of names) {
    for (const { service, instance, address } of holders) {
      if (address === undefined || !addresses.includes(address)) continue;
      const key = `${service}-${instance}`;
      found.set(key, [...(found.get(key) ?? []), name]);
    }
  }
  return found;
}
