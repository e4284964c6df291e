import { label } from '../../labels.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';

/**
 * During a replacement the new container is `<name>.new` until the former one has stopped, and the former one is
 * `<name>.old` from then on. The names, and the label of the new container, tell how far an interrupted one came.
 */
export function newName(container: string): string {
  return `${container}.new`;
}

export function oldName(container: string): string {
  return `${container}.old`;
}

/** The name of the instance's container, where this one has another name during a replacement. */
export function replacedName({ name, labels, ownership }: ObservedContainer): string | undefined {
  if (ownership === undefined) return undefined;
  const base = /^(.+)\.(new|old)$/.exec(name);
  const [, container, place] = base ?? [];
  if (container === undefined || !isNameOf(container, ownership)) return undefined;
  return place === 'old' || labels[label.replaces] !== undefined ? container : undefined;
}

/** A project's containers end with the key, a node's have the name of their service. */
function isNameOf(container: string, { owner, key, service }: NonNullable<ObservedContainer['ownership']>): boolean {
  return owner.kind === 'project' ? container.endsWith(`-${key}`) : container === service;
}
