import { ownerIn, type Labels } from '../labels.ts';
import type { Owner } from '../model/desired.ts';
import type { ObservedContainer, ObservedState } from '../model/observed-state.ts';
import type { Blocker } from './plan.ts';
import type { PlanContext } from './context.ts';

/**
 * The same project is: the same name, and on one machine the same directory. A colleague's machine has its own directory of
 * the same project.
 */
export function isSameOwner(a: Owner, b: Owner): boolean {
  if (a.kind !== b.kind || a.name !== b.name) return false;
  if (a.kind === 'project' && b.kind === 'project') return a.path === b.path || a.machine !== b.machine;
  return true;
}

/** The same proof on a network or volume, which carries no more than its owner's labels. */
export function isLabelledAs(owner: Owner, labels: Labels): boolean {
  const labelled = ownerIn(labels);
  return labelled !== undefined && isSameOwner(labelled, owner);
}

export function ownerText(owner: Owner): string {
  if (owner.kind === 'project') return `project ${owner.name} in ${owner.path}`;
  return owner.kind === 'node' ? `operator of node ${owner.name}` : `server ${owner.name}`;
}

export function holderText(container: ObservedContainer): string {
  return container.ownership === undefined
    ? 'a container that dockerops did not make'
    : ownerText(container.ownership.owner);
}

/** All containers of the owner, by container name. */
export function ownContainers(owner: Owner, observed: ObservedState): ReadonlyMap<string, ObservedContainer> {
  const own = observed.containers.filter(
    (container) => container.ownership !== undefined && isSameOwner(container.ownership.owner, owner),
  );
  return new Map(own.map((container) => [container.name, container]));
}

/** In the names of operations: the key, but for a container that somebody renamed: another may have been made for its key since. */
export function operationName({ name, ownership }: ObservedContainer): string {
  return ownership !== undefined && name.endsWith(`-${ownership.key}`) ? ownership.key : name;
}

/** Another directory of this machine that uses the project's name: going on would mix two projects. */
export function planOwnership({ desired, observed, builder }: PlanContext): void {
  const { owner } = desired;
  if (owner.kind !== 'project') return;
  const other = observed.containers
    .map((container) => container.ownership?.owner)
    .find((seen) => seen?.kind === 'project' && seen.name === owner.name && !isSameOwner(seen, owner));
  if (other?.kind === 'project') builder.blockers.push(otherDirectory(owner.name, other.path));
}

function otherDirectory(name: string, path: string): Blocker {
  return {
    subject: name,
    message: `project ${name} runs from another directory of this machine: ${path}`,
    suggestions: [
      'use another name for this copy: --project NAME (or PROJECT_NAME)',
      `or clean the other one first, in ${path}: dockerops clean:all`,
    ],
  };
}
