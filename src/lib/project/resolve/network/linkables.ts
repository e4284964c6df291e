import type { ObservedContainer } from '../../../model/observed-state.ts';
import type { RunConf } from '../../conf/run-conf-entry.ts';
import { isOnHostNetwork } from './host-network.ts';
import type { Selected } from '../select/selected.ts';

/** An instance that can be linked to: one that runs, or one of the same request. */
export interface Linkable {
  readonly key: string;
  readonly service: string;
  readonly instance: string;
  readonly container: string;
  /** Seconds since 1970 by the engine's clock; undefined while it does not run. */
  readonly runningSince: number | undefined;
  readonly isInRun: boolean;
}

/** An instance that no link can lead to, as it is on the network of the host. */
export type Unlinkable = Pick<Linkable, 'key' | 'service' | 'instance'>;

export interface LinkablesInput {
  readonly selection: readonly Selected[];
  /** Containers of the project. */
  readonly own: readonly ObservedContainer[];
  /** Name of the project's network. */
  readonly network: string;
  readonly containerOf: (key: string) => string;
}

/** What this request starts on the project's network, then what else runs there. */
export function findLinkables({ selection, own, network, containerOf }: LinkablesInput): readonly Linkable[] {
  const running = own.filter(({ state, addresses }) => state === 'running' && (addresses[network] ?? '') !== '');
  const created = new Map(running.map((container) => [container.name, container.created]));
  const inRun = selection
    .filter(({ entry }) => !isOnHostNetwork(entry))
    .map(({ key, service, instance }): Linkable => {
      const container = containerOf(key);
      return {
        key,
        service: service.name,
        instance,
        container,
        runningSince: created.get(container),
        isInRun: true,
      };
    });
  const keys = new Set(inRun.map(({ key }) => key));
  return [...inRun, ...running.flatMap(linkableOf).filter(({ key }) => !keys.has(key))];
}

function linkableOf({ name, created, ownership }: ObservedContainer): readonly Linkable[] {
  if (ownership === undefined) return [];
  const { key, service, instance } = ownership;
  return [{ key, service, instance, container: name, runningSince: created, isInRun: false }];
}

export function findUnlinkables({ entries }: RunConf): readonly Unlinkable[] {
  return entries.filter(isOnHostNetwork).map(({ values: { service, instance } }) => ({
    key: `${service}-${instance ?? ''}`,
    service,
    instance: instance ?? '',
  }));
}
