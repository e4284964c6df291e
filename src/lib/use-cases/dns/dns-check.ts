import { setTimeout as pause } from 'node:timers/promises';
import { DnsDirectory } from '../../directories/dns.ts';
import type { NameRegistration } from '../../directories/name-directory.ts';
import { definedOnly } from '../../defined.ts';
import { EngineError, OperationFailed } from '../../errors.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { dnsPolicy } from '../../plan/names/published-names.ts';
import { listInstances } from '../inspect/find-instance.ts';
import type { OpenProject } from '../open-project.ts';
import { openDns } from './dns-directory.ts';
import { findDnsFaults, type DnsFindings, type Unpublished } from './dns-findings.ts';
import { expectedAddress } from './expected-address.ts';
import type { WrongAddress } from './wrong-addresses.ts';

/** With `fixed`: it was not there any more when the DNS was looked at again. */
type Fixable<T> = T & { readonly fixed: boolean };

/** What was wrong, and what of it was fixed. What no fix can change is as it was at the last look. */
export interface DnsReport extends Omit<DnsFindings, 'unpublished' | 'wrongAddresses'> {
  /** All differences and records that are no leases. */
  readonly fixed: boolean;
  readonly readmitted: readonly string[];
  readonly unpublished: readonly Fixable<Unpublished>[];
  readonly wrongAddresses: readonly Fixable<WrongAddress>[];
}

/** Compares zone, leases and the containers on this engine; `fix` corrects what it can, and looks again. */
export async function checkDns(opened: OpenProject, fix: boolean): Promise<DnsReport> {
  const directory = await openDns(opened);
  const found = await findDnsFaults(directory, opened);
  const report = reportOf(found, undefined);
  if (!fix || isClean(report)) return report;
  await correct(found, directory, opened);
  return reportOf(found, await settle(directory, opened));
}

/** False for a check with a problem that is left. */
export function isClean(report: DnsReport): boolean {
  const { fixed, differences, notLeases, withdrawnButRenewing, readmitted, refusedNames } = report;
  return (
    (fixed || differences.length + notLeases.length === 0) &&
    refusedNames.length === 0 &&
    !report.isFull &&
    report.leasesShown &&
    withdrawnButRenewing.every((key) => readmitted.includes(key)) &&
    [...report.unpublished, ...report.wrongAddresses].every((one) => one.fixed)
  );
}

function reportOf(found: DnsFindings, left: DnsFindings | undefined): DnsReport {
  const { isFull, leasesShown, refusedNames } = left ?? found;
  const isFixed = (key: string, remaining: readonly { readonly key: string }[] | undefined): boolean =>
    remaining !== undefined && !remaining.some((other) => other.key === key);
  return {
    ...found,
    isFull,
    leasesShown,
    refusedNames,
    fixed: left !== undefined && left.differences.length + left.notLeases.length === 0,
    readmitted: found.withdrawnButRenewing.filter(
      (key) => left !== undefined && !left.withdrawnButRenewing.includes(key) && isFixed(key, left.unpublished),
    ),
    unpublished: found.unpublished.map((one) => ({ ...one, fixed: isFixed(one.key, left?.unpublished) })),
    wrongAddresses: found.wrongAddresses.map((one) => ({ ...one, fixed: isFixed(one.key, left?.wrongAddresses) })),
  };
}

async function correct(found: DnsFindings, directory: DnsDirectory, opened: OpenProject): Promise<void> {
  await directory.fix();
  const wrong = new Set([...found.unpublished, ...found.wrongAddresses].map(({ key }) => key));
  if (wrong.size === 0) return;
  const containers = await listInstances(opened.engine, opened.owner, true);
  for (const container of containers)
    if (wrong.has(container.ownership?.key ?? '')) await registerAgain(container, directory, opened);
}

/** One that cannot be helped is found again at the next look. */
async function registerAgain(
  container: ObservedContainer,
  directory: DnsDirectory,
  { engine }: OpenProject,
): Promise<void> {
  const registration = registrationOf(container);
  const inside = new DnsDirectory(
    container.name,
    (command, limitMs) => engine.exec(container.id, { command, user: 'root' }, limitMs),
    'client',
  );
  try {
    await (registration === undefined ? inside.restartClient() : directory.put(registration));
  } catch (error) {
    if (!(error instanceof OperationFailed) && !(error instanceof EngineError)) throw error;
  }
}

/** How long a client that was started again may take to register: it has to be started, and begins with a pause. */
const settleLimitMs = 15_000;
const lookEveryMs = 500;

async function settle(directory: DnsDirectory, opened: OpenProject): Promise<DnsFindings> {
  const end = performance.now() + settleLimitMs;
  for (;;) {
    const left = await findDnsFaults(directory, opened);
    const isSettled = left.differences.length + left.unpublished.length + left.wrongAddresses.length === 0;
    if (isSettled || performance.now() > end) return left;
    await pause(lookEveryMs);
  }
}

/** The lease of an instance that has no client to hold it. */
function registrationOf(container: ObservedContainer): NameRegistration | undefined {
  const { ownership, name } = container;
  const address = expectedAddress(container);
  if (ownership?.spec.lease !== 'dockerops' || address === undefined) return undefined;
  const { service, instance, spec, startNumber } = ownership;
  return definedOnly({ service, instance, address, policy: dnsPolicy(spec), container: name, startNumber });
}
