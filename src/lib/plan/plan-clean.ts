import { label } from '../labels.ts';
import type { Owner } from '../model/desired.ts';
import type { ObservedContainer, ObservedState } from '../model/observed-state.ts';
import { anonymousVolumes, tellKept } from './instance/own-volumes.ts';
import { isLabelledAs, operationName, ownContainers } from './ownership.ts';
import { PlanBuilder } from './builder.ts';
import { onceContainers } from './plan-once.ts';
import { noteRemoval, removeContainer, removePassing } from './remove.ts';
import { isDnsService } from '../model/dns-service.ts';
import type { Plan } from './plan.ts';

/** Instances of the owner by service, one or all of each. */
export interface Member {
  readonly service: string;
  readonly instance: string | undefined;
  /** Of all, these are not meant. */
  readonly except?: readonly string[];
}
export type CleanTarget = 'all' | readonly Member[];

/** Stops and removes instances of the owner, and with the last one its network. Data is never touched. */
export function planClean(owner: Owner, observed: ObservedState, target: CleanTarget, cause = 'asked to'): Plan {
  const builder = new PlanBuilder(owner);
  const own = [...ownContainers(owner, observed).values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  const going = own.filter((container) => isTarget(container, target));
  const dns = own.find(
    (container) => container.state === 'running' && isDnsService(container.ownership?.service ?? ''),
  );
  const staying = dns !== undefined && !going.includes(dns) ? dns : undefined;
  const removed = going.map((container) => removeInstance(container, builder, cause, staying?.name));
  for (const container of going)
    tellKept(container.ownership?.key ?? container.name, anonymousVolumes(container, observed), builder);
  const oneOffs = onceContainers(owner, observed);
  const left = oneOffs.filter((container) => isWhole(target, container.labels[label.service] ?? ''));
  removed.push(...left.map((container) => removePassing(container, cause, builder)));
  removed.push(...leftHelpers(owner, observed, target).map((container) => removePassing(container, cause, builder)));
  removeVolumes(owner, observed, builder, target, going, cause);
  if (going.length === own.length && left.length === oneOffs.length)
    removeNetworks(owner, observed, builder, removed, cause);
  return builder.finish();
}

/** What a killed command used to look at directories of the host. */
function leftHelpers(owner: Owner, observed: ObservedState, target: CleanTarget): readonly ObservedContainer[] {
  return target === 'all'
    ? observed.containers.filter(({ labels }) => labels[label.kind] === 'helper' && isLabelledAs(owner, labels))
    : [];
}

/** Whether a container of the owner is among those that are meant. */
export function isTarget({ ownership }: ObservedContainer, target: CleanTarget): boolean {
  return ownership !== undefined && isMeant(target, ownership.service, ownership.instance);
}

function isMeant(target: CleanTarget, service: string, instance: string): boolean {
  return (
    target === 'all' ||
    target.some(
      (member) =>
        member.service === service &&
        (member.instance ?? instance) === instance &&
        member.except?.includes(instance) !== true,
    )
  );
}

/** One-offs of a service go when all of it does. */
function isWhole(target: CleanTarget, service: string): boolean {
  return target === 'all' || target.some((member) => member.service === service && member.instance === undefined);
}

function removeInstance(
  container: ObservedContainer,
  builder: PlanBuilder,
  cause: string,
  dns: string | undefined,
): string {
  const { key } = container.ownership ?? { key: container.name };
  const name = operationName(container);
  noteRemoval(key, container, cause, builder);
  const withdrawal = { id: `withdraw ${name}`, kind: 'withdraw-names', subject: key, cause, needs: [] } as const;
  const needs =
    dns !== undefined && container.state === 'running' ? [builder.add({ ...withdrawal, dns, keys: [key] })] : [];
  return removeContainer(container, { name, subject: key, cause, needs }, builder);
}

/**
 * Only volumes made for one very instance that hold nothing of the user's (the DNS's zone, which can be derived anew) go with it, also
 * when an interrupted run left no container to it. What somebody else has stays.
 */
function removeVolumes(
  owner: Owner,
  observed: ObservedState,
  builder: PlanBuilder,
  target: CleanTarget,
  going: readonly ObservedContainer[],
  cause: string,
): void {
  for (const { name, labels } of observed.volumes) {
    const { [label.service]: service, [label.instance]: instance } = labels;
    if (
      !isLabelledAs(owner, labels) ||
      service === undefined ||
      instance === undefined ||
      !isMeant(target, service, instance)
    )
      continue;
    const containers = going.filter(
      ({ ownership }) => ownership?.service === service && ownership.instance === instance,
    );
    if (
      observed.containers.some(
        (container) => !containers.includes(container) && container.volumes.some((volume) => volume.name === name),
      )
    )
      continue;
    const key = `${service}-${instance}`;
    builder.add({
      id: `remove volume ${name}`,
      kind: 'remove-volume',
      subject: key,
      cause,
      needs: containers.map((container) => `remove ${operationName(container)}`),
      volume: name,
    });
  }
}

function removeNetworks(
  owner: Owner,
  observed: ObservedState,
  builder: PlanBuilder,
  needs: readonly string[],
  cause: string,
): void {
  for (const network of observed.networks.filter(({ labels }) => isLabelledAs(owner, labels))) {
    builder.add({
      id: `remove network ${network.name}`,
      kind: 'remove-network',
      subject: network.name,
      cause,
      needs,
      network: network.name,
      networkId: network.id,
    });
  }
}
