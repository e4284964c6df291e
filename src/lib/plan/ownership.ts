import { definedOnly } from '../defined.ts';
import { label, ownerIn, type Labels } from '../labels.ts';
import type { Owner } from '../model/desired.ts';
import type { ObservedContainer, ObservedState } from '../model/observed-state.ts';

/**
 * Whether two owners are the same. Projects are when they have one name and, on one machine, one directory: a
 * colleague's machine has a directory of its own for the same project. Nodes are when they have one name and, as far as
 * both are known, one prefix and one datacenter.
 */
export function isSameOwner(a: Owner, b: Owner): boolean {
  if (a.kind !== b.kind || a.name !== b.name) return false;
  if (a.kind === 'project' && b.kind === 'project') return a.path === b.path || a.machine !== b.machine;
  if (a.kind === 'node' && b.kind === 'node') return agree(a.prefix, b.prefix) && agree(a.datacenter, b.datacenter);
  return true;
}

function agree(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a === b;
}

/** Whether the labels of a network or volume say that the owner made it. */
export function isLabelledAs(owner: Owner, labels: Labels): boolean {
  const labelled = ownerIn(labels);
  return labelled !== undefined && isSameOwner(labelled, owner);
}

/** Labels that prove the owner on networks and volumes. */
export function ownerLabels(owner: Owner): Labels {
  if (owner.kind === 'project')
    return { [label.project]: owner.name, [label.path]: owner.path, [label.machine]: owner.machine };
  if (owner.kind === 'registrator') return {};
  if (owner.kind === 'server') return { [label.server]: owner.name };
  const { name, prefix, datacenter } = owner;
  return { [label.node]: name, ...definedOnly({ [label.prefix]: prefix, [label.datacenter]: datacenter }) };
}

export function ownerText(owner: Owner): string {
  if (owner.kind === 'project') return `project ${owner.name} in ${owner.path}`;
  if (owner.kind !== 'node') return `${owner.kind} ${owner.name}`;
  const { prefix, datacenter } = owner;
  const place = [
    prefix === undefined ? [] : `prefix ${prefix === '' ? '""' : prefix}`,
    datacenter === undefined ? [] : `datacenter ${datacenter}`,
  ].flat();
  return `operator of node ${owner.name}${place.length === 0 ? '' : ` (${place.join(', ')})`}`;
}

export function holderText(container: ObservedContainer): string {
  return container.ownership === undefined
    ? 'a container that dockerops did not make'
    : ownerText(container.ownership.owner);
}

/** All containers of the owner, by container name and in the order of these. */
export function ownContainers(owner: Owner, observed: ObservedState): ReadonlyMap<string, ObservedContainer> {
  const own = observed.containers.filter(({ ownership }) => ownership && isSameOwner(ownership.owner, owner));
  return new Map(own.sort((a, b) => (a.name < b.name ? -1 : 1)).map((container) => [container.name, container]));
}

/**
 * The name in the ids of operations: the key, but the container's name where somebody has renamed it, as its key may
 * have a newer container.
 */
export function operationName({ name, ownership }: ObservedContainer): string {
  return ownership !== undefined && name.endsWith(`-${ownership.key}`) ? ownership.key : name;
}
