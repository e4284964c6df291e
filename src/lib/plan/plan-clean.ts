import { label } from '../labels.ts';
import type { Owner } from '../model/desired.ts';
import { isDnsContainer } from '../model/dns-service.ts';
import type { HostStates } from '../model/observed-hosts.ts';
import type { ObservedContainer, ObservedState } from '../model/observed-state.ts';
import { ownerContext, type OwnerContext } from './context.ts';
import { planOnHosts } from './hosts.ts';
import { anonymousVolumes, warnOfKeptVolumes } from './instance/own-volumes.ts';
import { hasProcesses } from './has-processes.ts';
import { oldName, replacedName } from './replacement/replacement-names.ts';
import { isLabelledAs, operationName } from './ownership.ts';
import type { Plan } from './plan.ts';
import { onceContainers } from './plan-once.ts';
import { noteRemoval, removeContainer, removePassing } from './remove.ts';
import { includesInstance, includesService, isAll, isTarget, type Target, unconfirmedNotices } from './target.ts';

interface Clean extends OwnerContext {
  readonly target: Target;
  readonly cause: string;
  /** Instances that go. */
  readonly going: readonly ObservedContainer[];
}

/** Stops and removes instances of the owner, and with the last one its network. Data is never touched. */
export function planClean(owner: Owner, hosts: HostStates, target: Target, cause = 'requested'): Plan {
  return planOnHosts(owner, hosts, ({ state }) => cleanHost(owner, state, target, cause));
}

function cleanHost(owner: Owner, observed: ObservedState, target: Target, cause: string): Plan {
  const context = ownerContext(owner, observed);
  const own = [...context.own.values()];
  const clean = { ...context, target, cause, going: own.filter((container) => isTarget(container, target)) };
  const oneOffs = onceContainers(owner, observed);
  const left = oneOffs.filter(({ labels }) => includesService(target, labels[label.service] ?? ''));
  const removed = [...removeInstances(clean), ...removeLeft([...left, ...leftHelpers(clean)], clean)];
  removeVolumes(clean);
  context.builder.warnings.push(...unconfirmedNotices(own, target));
  if (clean.going.length === own.length && left.length === oneOffs.length) removeNetworks(removed, clean);
  return context.builder.finish();
}

function removeInstances(clean: Clean): readonly string[] {
  const { going, own, observed, builder } = clean;
  const dns = [...own.values()].find(({ state, ownership }) => state === 'running' && isDnsContainer(ownership));
  const staying = dns === undefined || going.includes(dns) ? undefined : dns.name;
  const removed = going.map((container) => removeInstance(container, staying, clean));
  for (const container of going)
    warnOfKeptVolumes(container.ownership?.key ?? container.name, anonymousVolumes(container, observed), builder);
  return removed;
}

/**
 * A running one is set aside before it stops: if the command is interrupted then, the name tells the next run that
 * nobody has stopped the instance for good. What a replacement kept goes first, for it would come back.
 */
function removeInstance(container: ObservedContainer, dns: string | undefined, clean: Clean): string {
  const { builder, cause, containers, going } = clean;
  const { key } = container.ownership ?? { key: container.name };
  const name = operationName(container);
  noteRemoval(key, container, cause, builder);
  const withdrawal = { id: `withdraw ${name}`, kind: 'withdraw-names', subject: key, cause, needs: [] } as const;
  const withdrawn =
    dns !== undefined && container.state === 'running' ? [builder.add({ ...withdrawal, dns, keys: [key] })] : [];
  const aside = oldName(container.name);
  const kept = containers.get(aside);
  const others = kept !== undefined && going.includes(kept) ? [`remove ${operationName(kept)}`] : [];
  const needs = [...withdrawn, ...others];
  const canMove =
    hasProcesses(container) && replacedName(container) === undefined && (kept === undefined || others.length > 0);
  const rename = { id: `set aside ${name}`, kind: 'rename-container', subject: key, cause, needs } as const;
  const moved = canMove ? [builder.add({ ...rename, container: container.name, name: aside })] : needs;
  return removeContainer(container, { name, subject: key, cause, needs: moved }, builder);
}

/** One-off instances, and what a killed command used to look at directories of the host. */
function removeLeft(containers: readonly ObservedContainer[], { cause, builder }: Clean): readonly string[] {
  return containers.map((container) => removePassing(container, cause, builder));
}

function leftHelpers({ owner, observed, target }: Clean): readonly ObservedContainer[] {
  if (!isAll(target)) return [];
  return observed.containers.filter(({ labels }) => labels[label.kind] === 'helper' && isLabelledAs(owner, labels));
}

/**
 * Removes volumes that were made for one instance and hold no data of the user's (the DNS's zone), also where an
 * interrupted run left no container. One that another container has stays.
 */
function removeVolumes(clean: Clean): void {
  const { owner, observed, target, going, builder, cause } = clean;
  for (const { name, labels } of observed.volumes) {
    const { [label.service]: service, [label.instance]: instance } = labels;
    if (!isLabelledAs(owner, labels) || service === undefined || instance === undefined) continue;
    const users = going.filter(({ ownership }) => ownership?.service === service && ownership.instance === instance);
    if (!includesInstance(target, service, instance) || hasOtherUser(name, users, clean)) continue;
    builder.add({
      id: `remove volume ${name}`,
      kind: 'remove-volume',
      subject: `${service}-${instance}`,
      cause,
      needs: users.map((container) => `remove ${operationName(container)}`),
      volume: name,
    });
  }
}

function hasOtherUser(volume: string, users: readonly ObservedContainer[], { observed }: Clean): boolean {
  return observed.containers
    .filter((container) => !users.includes(container))
    .some(({ volumes }) => volumes.some(({ name }) => name === volume));
}

function removeNetworks(needs: readonly string[], { owner, observed, builder, cause }: Clean): void {
  for (const { id, name, labels } of observed.networks)
    if (isLabelledAs(owner, labels))
      builder.add({
        id: `remove network ${name}`,
        kind: 'remove-network',
        subject: name,
        cause,
        needs,
        network: name,
        networkId: id,
      });
}
