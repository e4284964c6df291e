import type { DnsDirectory } from '../../directories/dns.ts';
import type { DnsCheck } from '../../directories/dns-answers.ts';
import type { NameRegistration } from '../../directories/name-directory.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { dnsPolicy, serviceIp } from '../../plan/names/published-names.ts';
import { addressOf } from '../inspect/list-instances.ts';
import { openDns } from './dns-directory.ts';
import { listInstances } from '../inspect/find-instance.ts';
import type { OpenProject } from '../open-project.ts';

/** An instance that runs and should have a name, but has none. */
export interface Unpublished {
  readonly key: string;
  readonly reason: string;
  /** True when we held its lease anew. */
  readonly fixed: boolean;
}

export interface DnsReport extends DnsCheck {
  /** Instances of this engine that nobody finds. */
  readonly unpublished: readonly Unpublished[];
}

/** Compares the DNS with itself and with what runs on this engine; `fix` mends what can be mended from here. */
export async function checkDns(opened: OpenProject, fix: boolean): Promise<DnsReport> {
  const directory = await openDns(opened);
  const checked = await directory.check(fix);
  const { names } = await directory.names();
  // What was withdrawn is told by the arbiter's own check.
  const known = new Set([
    ...names.flatMap((name) => name.holders.map(({ service, instance }) => `${service}-${instance}`)),
    ...checked.withdrawnButRenewing,
  ]);
  const lost = (await listInstances(opened.engine, opened.owner, true)).filter(
    (container) => isWanted(container) && !known.has(container.ownership?.key ?? ''),
  );
  const unpublished: Unpublished[] = [];
  for (const container of lost) unpublished.push(await republish(directory, container, fix));
  return { ...checked, unpublished };
}

/** False for a check that must not be called clean. */
export function isClean({ ok, fixed, withdrawnButRenewing, readmitted, unpublished }: DnsReport): boolean {
  return (
    (ok || fixed) &&
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
function isWanted(container: ObservedContainer): boolean {
  const spec = container.ownership?.spec ?? {};
  if ((spec.lease ?? 'none') === 'none' || dnsPolicy(spec) === 'HIDE') return false;
  return spec.network?.mode === 'network' || serviceIp(spec) !== undefined;
}

/** The lease of an instance without a client; the others' are their clients' to hold. */
function registrationOf(container: ObservedContainer): NameRegistration | undefined {
  const { ownership, name } = container;
  if (ownership?.spec.lease !== 'dockerops') return undefined;
  const { spec } = ownership;
  const [given] = serviceIp(spec) ?? [];
  const address = typeof given === 'string' ? given : addressOf(container);
  return {
    service: ownership.service,
    instance: ownership.instance,
    address,
    policy: dnsPolicy(spec),
    container: name,
  };
}
