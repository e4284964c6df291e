import type { ContainerRow, EngineReader } from '../../engine/engine.ts';
import type { Plan } from '../../plan/plan.ts';
import type { FoundService } from '../../plan/swarm/plan-services.ts';
import { serverOwner } from '../jobs/job-spec.ts';
import { placedServices } from './admission.ts';
import type { Drains } from './drains.ts';
import { enginePlan } from './engine-plan.ts';
import type { EngineObservation, Observation, SwarmObservation } from './observe-units.ts';
import type { Orphans } from './orphans.ts';
import type { ServiceView } from './service-view.ts';
import { missingVersions, swarmPlan } from './swarm-plan.ts';
import { versionName } from './unit.ts';

export interface ServicePlanContext {
  readonly engine: Pick<EngineReader, 'findSwarmService' | 'listContainers'>;
  readonly observed: Observation;
  /** They leave before the units of the plan are made. */
  readonly orphans: Orphans;
  readonly now: number;
  /** Name of the server. */
  readonly server: string;
  readonly drains: Drains;
  /** The engine starts the units of the deployment under way again by now. */
  readonly isKept: boolean;
  readonly views: readonly ServiceView[];
}

export interface ServicePlan {
  readonly plan: Plan;
  /** Those that the plan was computed against. */
  readonly containers: readonly ContainerRow[];
}

/** What is to be done for the units of a service. Who else has a name is asked only where units are missing. */
export async function planService(view: ServiceView, context: ServicePlanContext): Promise<ServicePlan> {
  const { observed } = context;
  return observed.kind === 'swarm' ? onSwarm(view, observed, context) : onEngine(view, observed, context);
}

async function onEngine(
  view: ServiceView,
  observed: EngineObservation,
  { engine, server, drains, now, isKept, orphans }: ServicePlanContext,
): Promise<ServicePlan> {
  const context = { owner: serverOwner(server), observed, drains, now, isKept };
  const own = [...observed.containers.values()];
  const first = enginePlan(view, { ...context, containers: [] });
  if (!first.operations.some(({ kind }) => kind === 'create-container')) return { plan: first, containers: own };
  const leaving = new Set(orphans.containers.map(({ id }) => id));
  const containers = (await engine.listContainers({ all: true })).filter(({ id }) => !leaving.has(id));
  return { plan: enginePlan(view, { ...context, containers }), containers };
}

async function onSwarm(
  view: ServiceView,
  observed: SwarmObservation,
  { engine, server, views, orphans }: ServicePlanContext,
): Promise<ServicePlan> {
  const found = new Map<string, FoundService>();
  for (const version of missingVersions(view, observed)) {
    const other = await engine.findSwarmService(versionName(version));
    if (other !== undefined && !orphans.services.some(({ id }) => id === other.id)) found.set(other.name, other);
  }
  const placed = placedServices(views);
  return { plan: swarmPlan(view, { owner: serverOwner(server), observed, placed, found }), containers: [] };
}
