import type { DnsDirectory } from '../../directories/dns.ts';
import type { DnsCheck } from '../../directories/dns-answers.ts';
import type { NameRegistration } from '../../directories/name-directory.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { dnsPolicy, serviceIp } from '../../plan/names/published-names.ts';
import { addressOf } from '../inspect/list-instances.ts';
import { openDns } from './dns-directory.ts';
import { listInstances } from '../inspect/find-instance.ts';
import type { OpenProject } from '../open-project.ts';

/** A running instance without the name that it should have. */
interface Unpublished {
  readonly key: string;
  readonly reason: string;
  /** True if its lease was renewed. */
  readonly fixed: boolean;
}

export interface DnsReport extends DnsCheck {
  /** Instances on this engine that nobody can find. */
  readonly unpublished: readonly Unpublished[];
}

/** Compares zone, leases and the containers on this engine; `fix` corrects differences. */
export async function checkDns(opened: OpenProject, fix: boolean): Promise<DnsReport> {
  const directory = await openDns(opened);
  const checked = await directory.check(fix);
  const { names } = await directory.names();
  // The check of the DNS itself reports withdrawn instances.
  const named = new Set([
    ...names.flatMap((name) => name.holders.map(({ service, instance }) => `${service}-${instance}`)),
    ...checked.withdrawnButRenewing,
  ]);
  const unnamed = (await listInstances(opened.engine, opened.owner, true)).filter(
    (container) => shouldHaveName(container) && !named.has(container.ownership?.key ?? ''),
  );
  const unpublished: Unpublished[] = [];
  for (const container of unnamed) unpublished.push(await republish(directory, container, fix));
  return { ...checked, unpublished };
}

/** False if anything is left to fix. */
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

/** Without SERVICE_IP, an instance on the host's network has no address to publish. */
function shouldHaveName(container: ObservedContainer): boolean {
  const spec = container.ownership?.spec ?? {};
  if ((spec.lease ?? 'none') === 'none' || dnsPolicy(spec) === 'HIDE') return false;
  return spec.network?.mode === 'network' || serviceIp(spec) !== undefined;
}

/** The lease of an instance that has no client to hold it. */
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
