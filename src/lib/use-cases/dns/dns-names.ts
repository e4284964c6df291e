import type { DnsDirectory } from '../../directories/dns.ts';
import type { DnsHolder, DnsNames } from '../../directories/dns-answers.ts';
import { openDns } from './dns-directory.ts';
import { listInstances } from '../inspect/find-instance.ts';
import type { OpenProject } from '../open-project.ts';

/** Every name with its holders, and whether the engine agrees. */
export async function listNames(opened: OpenProject): Promise<DnsNames> {
  const names = await (await openDns(opened)).names();
  const running = await listInstances(opened.engine, opened.owner, true);
  return agreeing(names, new Set(running.map(({ ownership }) => ownership?.key ?? '')));
}

/**
 * The DNS cannot ask the engine about instances on the host's network, nor has it asked yet about new ones; but here we
 * see whether they run.
 */
export function agreeing({ zone, names }: DnsNames, running: ReadonlySet<string>): DnsNames {
  const withRunning = (holder: DnsHolder): DnsHolder =>
    holder.engine === 'unknown' && running.has(`${holder.service}-${holder.instance}`)
      ? { ...holder, engine: 'agrees' }
      : holder;
  return { zone, names: names.map((name) => ({ ...name, holders: name.holders.map(withRunning) })) };
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
