import type { Owner } from '../model/desired.ts';
import { isDns } from '../model/dns-service.ts';
import type { HostStates } from '../model/observed-hosts.ts';
import type { ObservedState } from '../model/observed-state.ts';
import type { PlanBuilder } from './builder.ts';
import { ownerContext } from './context.ts';
import { hasProcesses } from './has-processes.ts';
import { planOnHosts } from './hosts.ts';
import { findDns, type DnsPlace } from './names/published-names.ts';
import type { Plan } from './plan.ts';
import { isTarget, membersOf, type Target, unconfirmedNotices } from './target.ts';
import { expectedOf } from './remove.ts';
import type { ExistingInstance } from './spec/existing-instance.ts';
import { needsAmong } from './spec/needs-among.ts';

export interface StopOptions {
  /** Absent: each container's own. */
  readonly timeoutSeconds?: number;
}

interface Stop {
  readonly builder: PlanBuilder;
  readonly options: StopOptions;
  /** The DNS that runs on. */
  readonly dns: DnsPlace | undefined;
  /** Keys of the others that each needs, by key. */
  readonly needs: ReadonlyMap<string, readonly string[]>;
}

/**
 * Stops containers and keeps them: names are withdrawn first; instances that link to others stop before those, the
 * DNS last.
 */
export function planStop(owner: Owner, hosts: HostStates, target: Target, options: StopOptions): Plan {
  return planOnHosts(owner, hosts, ({ state }) => stopOnHost(owner, state, target, options));
}

function stopOnHost(owner: Owner, observed: ObservedState, target: Target, options: StopOptions): Plan {
  const { builder, existing } = ownerContext(owner, observed);
  const asked = existing.filter(({ container }) => isTarget(container, membersOf(target)));
  const stopping = asked.filter(({ container }) => hasProcesses(container) && isTarget(container, target));
  const dns = existing.find(({ container, spec }) => container.state === 'running' && isDns(spec));
  const staying = dns === undefined || stopping.includes(dns) ? undefined : findDns([dns.spec]);
  const stop = { builder, options, dns: staying, needs: needsAmong(stopping) };
  for (const each of asked) note(each, stopping.includes(each), builder);
  for (const each of stopping) stopOne(each, stop);
  const running = existing.map(({ container }) => container).filter(hasProcesses);
  builder.warnings.push(...unconfirmedNotices(running, target));
  return builder.finish();
}

function stopOne({ container, spec: { key, lease } }: ExistingInstance, stop: Stop): void {
  const { builder, options, dns } = stop;
  const common = { subject: key, cause: 'requested' };
  const withdrawal = { ...common, id: `withdraw ${key}`, kind: 'withdraw-names', keys: [key] } as const;
  const dependents = dependentStops(key, stop);
  const isWithdrawn = container.state === 'running' && lease !== 'none';
  const needs =
    dns !== undefined && isWithdrawn
      ? [builder.add({ ...withdrawal, needs: dependents, dns: dns.container })]
      : dependents;
  builder.add({
    ...common,
    id: `stop ${key}`,
    kind: 'stop-container',
    needs,
    expected: expectedOf(container),
    limitSeconds: options.timeoutSeconds,
  });
}

function dependentStops(key: string, { needs }: Stop): readonly string[] {
  return [...needs]
    .filter(([, needed]) => needed.includes(key))
    .map(([dependent]) => `stop ${dependent}`)
    .sort();
}

function note({ container, spec }: ExistingInstance, isStopping: boolean, builder: PlanBuilder): void {
  const common = { key: spec.key, container: container.name, differences: [] };
  builder.verdicts.push(
    isStopping
      ? { ...common, verdict: 'stop', reason: 'requested' }
      : { ...common, verdict: 'keep', reason: `is ${container.state}` },
  );
}
