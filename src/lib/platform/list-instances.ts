import { label } from '../labels.ts';
import type { ObservedContainer, ObservedPort } from '../observe/observed-state.ts';
import { observeContainers } from '../observe/observe.ts';
import { isSameOwner } from '../plan/ownership.ts';
import type { Platform } from './open-platform.ts';

/** One line of `ps`. */
export interface InstanceRow {
  readonly id: string;
  readonly key: string;
  readonly container: string;
  readonly project: string;
  readonly service: string;
  readonly instance: string;
  readonly type: string;
  readonly image: string;
  readonly state: string;
  readonly health: string;
  /** The engine's words. */
  readonly status: string;
  readonly address: string;
  readonly ports: readonly ObservedPort[];
}

/** By one list call: the running ones; `all`: stopped ones too; `reallyall`: every container of the host; else those of one service. */
export async function listRows(platform: Platform, what: string): Promise<readonly InstanceRow[]> {
  const everything = what === 'reallyall';
  const containers = await observeContainers(platform.engine, { all: what !== 'running', ...(everything ? {} : { labels: { [label.project]: platform.owner.name, [label.kind]: 'instance' } }) });
  return containers
    .filter((container) => everything || (container.ownership !== undefined && isSameOwner(container.ownership.owner, platform.owner)))
    .filter(({ ownership }) => what === 'running' || what === 'all' || everything || ownership?.service === what)
    .map(rowOf)
    .sort((a, b) => (a.container < b.container ? -1 : 1));
}

export function addressOf({ addresses }: ObservedContainer): string {
  return Object.values(addresses).find((address) => address !== '') ?? '';
}

function rowOf(container: ObservedContainer): InstanceRow {
  const { id, name, image, state, health, status, ports, ownership, labels } = container;
  return {
    id, container: name, key: ownership?.key ?? name, project: ownership?.owner.name ?? labels[label.project] ?? '', service: ownership?.service ?? '', instance: ownership?.instance ?? '',
    type: ownership?.type ?? '', image, state, health, status, address: addressOf(container), ports,
  };
}
