import { definedOnly } from '../../defined.ts';
import type { ServiceVersion } from '../services/service.ts';
import type { DeployStore, Removal } from './deploy-store.ts';
import type { Deployment } from './deployment.ts';

/** A service as the store has it: what runs, and what is on its way. */
export interface ServiceView {
  readonly service: string;
  /** A service of this name was deleted, and its units leave before anything of a new one comes. */
  readonly removal?: Removal;
  readonly running?: ServiceVersion;
  readonly underWay?: UnderWay;
  /** The newest of the deployments that have not begun. */
  readonly next?: Deployment;
  /** Those that have not begun, and never will. */
  readonly outdated: readonly Deployment[];
}

export interface UnderWay {
  readonly deployment: Deployment;
  readonly version: ServiceVersion;
}

type Reads = Pick<DeployStore, 'services' | 'removals' | 'openDeployments' | 'runningVersion' | 'findVersion'>;

/** By name. */
export function serviceViews(store: Reads): readonly ServiceView[] {
  const open = Map.groupBy(store.openDeployments(), ({ service }) => service);
  const removals = new Map(store.removals().map((removal) => [removal.service, removal]));
  const names = new Set([...store.services().map(({ name }) => name), ...removals.keys(), ...open.keys()]);
  return [...names].sort().map((service) => viewOf(service, open.get(service) ?? [], removals.get(service), store));
}

function viewOf(service: string, open: readonly Deployment[], removal: Removal | undefined, store: Reads): ServiceView {
  const begun = open.find(({ state }) => state !== 'queued');
  const version = begun && store.findVersion(service, begun.version);
  const queued = open.filter(({ state }) => state === 'queued');
  return {
    service,
    ...definedOnly({
      removal,
      running: store.runningVersion(service),
      underWay: begun && version && { deployment: begun, version },
      next: queued.at(-1),
    }),
    outdated: queued.slice(0, -1),
  };
}

/**
 * What the units of a version are for: `live` ones serve, `trial` ones are to become ready, `leaving` ones have served
 * and keep their connections for a while, and `unwanted` ones never served.
 */
export type Use = 'live' | 'trial' | 'leaving' | 'unwanted';

export function useOf({ removal, running, underWay }: ServiceView, version: number): Use {
  if (removal !== undefined) return 'leaving';
  const state = underWay?.deployment.state;
  if (underWay?.version.version === version) {
    if (underWay.deployment.error !== undefined) return 'unwanted';
    return state === 'switching' || state === 'draining' ? 'live' : 'trial';
  }
  if (state === 'draining') return 'leaving';
  return running?.version === version ? 'live' : 'unwanted';
}

/** The versions whose units are to be there. */
export function desiredVersions(view: ServiceView): readonly ServiceVersion[] {
  const { running, underWay } = view;
  const started = underWay?.deployment.state === 'pulling' ? undefined : underWay?.version;
  return [running, started]
    .filter((version) => version !== undefined)
    .filter(({ version }) => ['live', 'trial'].includes(useOf(view, version)));
}
