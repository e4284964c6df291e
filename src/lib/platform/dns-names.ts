import type { DnsDirectory } from '../directories/dns.ts';
import type { DnsNames } from '../directories/dns-answers.ts';

/** For each instance, by its key, the names that lead to it right now. */
export async function namesByInstance(directory: DnsDirectory): Promise<ReadonlyMap<string, readonly string[]>> {
  return namesOf(await directory.names());
}

/** An instance whose claim on a name lost to another's has not that name. */
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
