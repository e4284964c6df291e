import { setTimeout as pause } from 'node:timers/promises';
import type { DnsDirectory } from '../../directories/dns.ts';
import type { DnsCheck, DnsNames } from '../../directories/dns-answers.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { dnsPolicy } from '../../plan/names/published-names.ts';
import { listInstances } from '../inspect/find-instance.ts';
import type { OpenProject } from '../open-project.ts';
import { expectedAddress, expectedAddresses } from './expected-address.ts';
import { wrongAddresses, type WrongAddress } from './wrong-addresses.ts';

/** A running instance without the name that it should have. */
export interface Unpublished {
  readonly key: string;
  readonly reason: string;
}

/** What is wrong with the DNS at one moment. */
export interface DnsFindings extends DnsCheck {
  /** Instances on this engine that nobody can find. */
  readonly unpublished: readonly Unpublished[];
  /** Names that lead elsewhere than to the instance of this engine that holds them. */
  readonly wrongAddresses: readonly WrongAddress[];
}

/** Compares zone, leases and the containers on this engine. Changes nothing. */
export async function findDnsFaults(
  directory: DnsDirectory,
  opened: Pick<OpenProject, 'engine' | 'owner'>,
): Promise<DnsFindings> {
  const checked = await directory.check();
  const { names, containers } = await observeNames(directory, opened);
  // The arbiter's own check reports what was withdrawn.
  const known = new Set([
    ...names.names.flatMap((name) => name.holders.map(({ service, instance }) => `${service}-${instance}`)),
    ...checked.withdrawnButRenewing,
  ]);
  const lost = containers.filter((container) => isToBeFound(container) && !known.has(container.ownership?.key ?? ''));
  const unpublished: Unpublished[] = [];
  for (const container of lost) unpublished.push(await explain(directory, container));
  return { ...checked, unpublished, wrongAddresses: wrongAddresses(names, expectedAddresses(containers)) };
}

interface Observed {
  readonly names: DnsNames;
  readonly containers: readonly ObservedContainer[];
}

const settleMs = 2500;

/** A container that was just started again has its new address in the DNS after a moment: it is given one. */
async function observeNames(
  directory: DnsDirectory,
  { engine, owner }: Pick<OpenProject, 'engine' | 'owner'>,
): Promise<Observed> {
  const observe = async (): Promise<Observed> => ({
    names: await directory.names(),
    containers: await listInstances(engine, owner, true),
  });
  const first = await observe();
  if (wrongAddresses(first.names, expectedAddresses(first.containers)).length === 0) return first;
  await pause(settleMs);
  return observe();
}

/** On the host's network and without SERVICE_IP there is no address that could be published. */
function isToBeFound(container: ObservedContainer): boolean {
  const spec = container.ownership?.spec ?? {};
  if ((spec.lease ?? 'none') === 'none' || dnsPolicy(spec) === 'HIDE') return false;
  return expectedAddress(container) !== undefined;
}

async function explain(directory: DnsDirectory, container: ObservedContainer): Promise<Unpublished> {
  const key = container.ownership?.key ?? container.name;
  const { claims, reason } = await directory.why(key);
  return {
    key,
    reason: [...claims.map((claim) => claim.reason), ...(reason === undefined ? [] : [reason])].join('; '),
  };
}
