import { setTimeout as pause } from 'node:timers/promises';
import type { DnsDirectory } from '../../directories/dns.ts';
import type { DnsCheck, DnsNames } from '../../directories/dns-answers.ts';
import type { NameRegistration } from '../../directories/name-directory.ts';
import { definedOnly } from '../../defined.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { dnsPolicy } from '../../plan/names/published-names.ts';
import { openDns } from './dns-directory.ts';
import { expectedAddress, expectedAddresses } from './expected-address.ts';
import { listInstances } from '../inspect/find-instance.ts';
import type { OpenProject } from '../open-project.ts';
import { wrongAddresses, type WrongAddress } from './wrong-addresses.ts';

/** A running instance without the name that it should have. */
interface Unpublished {
  readonly key: string;
  readonly reason: string;
  /** True when its lease is held again. */
  readonly fixed: boolean;
}

export interface DnsReport extends DnsCheck {
  /** Instances on this engine that nobody can find. */
  readonly unpublished: readonly Unpublished[];
  /** Names that lead elsewhere than to the instance of this engine that holds them. */
  readonly wrongAddresses: readonly WrongAddress[];
}

/** Compares zone, leases and the containers on this engine; `fix` corrects differences. */
export async function checkDns(opened: OpenProject, fix: boolean): Promise<DnsReport> {
  const directory = await openDns(opened);
  const checked = await directory.check(fix);
  const { names, containers } = await observeNames(directory, opened);
  // The arbiter's own check reports what was withdrawn.
  const known = new Set([
    ...names.names.flatMap((name) => name.holders.map(({ service, instance }) => `${service}-${instance}`)),
    ...checked.withdrawnButRenewing,
  ]);
  const lost = containers.filter((container) => isToBeFound(container) && !known.has(container.ownership?.key ?? ''));
  const unpublished: Unpublished[] = [];
  for (const container of lost) unpublished.push(await republish(directory, container, fix));
  return { ...checked, unpublished, wrongAddresses: wrongAddresses(names, expectedAddresses(containers)) };
}

interface Observed {
  readonly names: DnsNames;
  readonly containers: readonly ObservedContainer[];
}

const settleMs = 2500;

/** A container that was just started again has its new address in the DNS after a moment: it is given one. */
async function observeNames(directory: DnsDirectory, { engine, owner }: OpenProject): Promise<Observed> {
  const observe = async (): Promise<Observed> => ({
    names: await directory.names(),
    containers: await listInstances(engine, owner, true),
  });
  const first = await observe();
  if (wrongAddresses(first.names, expectedAddresses(first.containers)).length === 0) return first;
  await pause(settleMs);
  return observe();
}

/** False for a check with a problem that is left. */
export function isClean(report: DnsReport): boolean {
  const { ok, fixed, withdrawnButRenewing, readmitted, unpublished, isFull, leasesShown } = report;
  return (
    (ok || fixed) &&
    !isFull &&
    leasesShown &&
    report.wrongAddresses.length === 0 &&
    withdrawnButRenewing.every((key) => readmitted.includes(key)) &&
    unpublished.every((one) => one.fixed)
  );
}

async function republish(directory: DnsDirectory, container: ObservedContainer, fix: boolean): Promise<Unpublished> {
  const key = container.ownership?.key ?? container.name;
  const { claims, reason } = await directory.why(key);
  const why = [...claims.map((claim) => claim.reason), ...(reason === undefined ? [] : [reason])].join('; ');
  const registration = registrationOf(container);
  if (!fix || registration === undefined) return { key, reason: why, fixed: false };
  await directory.put(registration);
  return { key, reason: why, fixed: true };
}

/** On the host's network and without SERVICE_IP there is no address that could be published. */
function isToBeFound(container: ObservedContainer): boolean {
  const spec = container.ownership?.spec ?? {};
  if ((spec.lease ?? 'none') === 'none' || dnsPolicy(spec) === 'HIDE') return false;
  return expectedAddress(container) !== undefined;
}

/** The lease of an instance that has no client to hold it. */
function registrationOf(container: ObservedContainer): NameRegistration | undefined {
  const { ownership, name } = container;
  const address = expectedAddress(container);
  if (ownership?.spec.lease !== 'dockerops' || address === undefined) return undefined;
  const { service, instance, spec, startNumber } = ownership;
  return definedOnly({ service, instance, address, policy: dnsPolicy(spec), container: name, startNumber });
}
