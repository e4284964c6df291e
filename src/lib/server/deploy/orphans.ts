import type { ContainerRow, SwarmServiceRow } from '../../engine/engine.ts';
import type { Owner } from '../../model/desired.ts';
import type { Plan } from '../../plan/plan.ts';
import { planServices } from '../../plan/swarm/plan-services.ts';
import { planUnits } from '../../plan/units/plan-units.ts';
import type { DeployStore } from './deploy-store.ts';
import type { Observation } from './observe-units.ts';
import type { ServiceView } from './service-view.ts';
import type { Unit } from './unit.ts';
import type { LabelledVersion } from './version-labels.ts';

/**
 * Units that carry the name of this server and that no service of its store has: the store was lost, or replaced by an
 * older copy. They run on, and leave before the first units of a service of their name.
 */
export interface Orphans {
  readonly units: readonly Unit[];
  readonly containers: readonly ContainerRow[];
  readonly services: readonly (SwarmServiceRow & { readonly of: LabelledVersion })[];
}

type OrphanReads = Pick<DeployStore, 'find' | 'findVersion' | 'removals'>;

/** Tells orphans by the version that they were made for. */
export function orphanTest(store: OrphanReads): (of: LabelledVersion) => boolean {
  const leaving = new Set(store.removals().map(({ service }) => service));
  return ({ service, version, recordedAt }) => {
    if (leaving.has(service)) return false;
    const found = store.find(service);
    if (found === undefined) return true;
    // Earlier releases did not label it.
    if (recordedAt === undefined) return false;
    const known = store.findVersion(service, version);
    return known === undefined ? recordedAt < found.createdAt : recordedAt !== known.createdAt;
  };
}

/** What was observed without the orphans, and the orphans. */
export function splitOrphans(
  all: Observation,
  store: OrphanReads,
): { readonly observed: Observation; readonly orphans: Orphans } {
  const isOrphan = orphanTest(store);
  const units = all.units.filter(isOrphan);
  if (all.kind === 'swarm') {
    const isOwn = (of: LabelledVersion): boolean => !isOrphan(of);
    const services = all.services.filter(({ of }) => isOrphan(of));
    const own = { units: all.units.filter(isOwn), ended: all.ended.filter(isOwn) };
    const observed = { ...all, ...own, services: all.services.filter(({ of }) => isOwn(of)) };
    return { observed, orphans: { units, services, containers: [] } };
  }
  const names = new Set(units.map(({ name }) => name));
  const [containers, own] = [true, false].map((isIn) =>
    [...all.containers].filter(([name]) => names.has(name) === isIn),
  );
  const observed = { ...all, units: all.units.filter(({ name }) => !names.has(name)), containers: new Map(own) };
  return { observed, orphans: { units, services: [], containers: (containers ?? []).map(([, row]) => row) } };
}

/** Removes the orphans of a service once a deployment of it starts units; they have the names of the new ones. */
export function planOrphans({ service, underWay }: ServiceView, orphans: Orphans, owner: Owner): Plan | undefined {
  const names = new Set(orphans.units.filter((unit) => unit.service === service).map(({ name }) => name));
  const services = orphans.services.filter(({ of }) => of.service === service);
  if (underWay === undefined || underWay.deployment.state === 'pulling' || names.size + services.length === 0)
    return undefined;
  const cause = 'no version of the service has it';
  if (services.length > 0)
    return planServices(owner, { desired: [], unwanted: services.map((found) => ({ found, cause })) });
  const unwanted = orphans.containers.filter(({ name }) => names.has(name)).map((container) => ({ container, cause }));
  return planUnits(owner, { missing: [], stopped: [], kept: [], unwanted, holders: new Map() });
}
