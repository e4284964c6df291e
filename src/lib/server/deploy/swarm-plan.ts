import type { Owner } from '../../model/desired.ts';
import type { Plan } from '../../plan/plan.ts';
import { planServices, type FoundService } from '../../plan/swarm/plan-services.ts';
import type { ServiceVersion } from '../services/service.ts';
import type { SwarmObservation } from './observe-units.ts';
import { refusedHosts, type PlacedService } from './placement.ts';
import { desiredVersions, useOf, type ServiceView } from './service-view.ts';
import { versionSpec } from './unit-spec.ts';
import { versionName } from './unit.ts';

export interface SwarmPlanContext {
  readonly owner: Owner;
  readonly observed: SwarmObservation;
  readonly placed: readonly PlacedService[];
  /** Services that have the names of missing ones. */
  readonly found: ReadonlyMap<string, FoundService>;
}

/** The units of a service as Swarm services: one for each version. */
export function swarmPlan(view: ServiceView, context: SwarmPlanContext): Plan {
  const { owner, observed, found } = context;
  const desired = missingVersions(view, observed).map((version) => {
    const other = found.get(versionName(version));
    const spec = versionSpec(version, owner.name, constraintsFor(version, context));
    return { spec, ...(other === undefined ? {} : { found: other }) };
  });
  const unwanted = observed.services
    .filter(({ of }) => of.service === view.service)
    .flatMap((service) => {
      const cause = removalCause(service.of.version, view);
      return cause === undefined ? [] : [{ found: service, cause }];
    });
  return planServices(owner, { desired, unwanted });
}

/** Versions that are to run and have no Swarm service. */
export function missingVersions(view: ServiceView, { services }: SwarmObservation): readonly ServiceVersion[] {
  return desiredVersions(view).filter(
    ({ service, version }) => !services.some(({ of }) => of.service === service && of.version === version),
  );
}

/** The nodes that it must not use, as they are when it is made: the Swarm knows nothing of services beside a node. */
function constraintsFor({ service, config }: ServiceVersion, context: SwarmPlanContext): readonly string[] {
  const { observed, placed } = context;
  const refused = refusedHosts({ service, config }, placed, observed.units, observed.nodes);
  return refused.map(({ node }) => `node.id!=${node.id}`).sort();
}

function removalCause(version: number, view: ServiceView): string | undefined {
  const use = useOf(view, version);
  if (use === 'live' || use === 'trial') return undefined;
  if (view.removal !== undefined) return 'the service was deleted';
  return use === 'leaving' ? 'a newer version has taken its place' : 'its version does not run';
}
