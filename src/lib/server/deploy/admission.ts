import { routesBeside } from './balance-request.ts';
import type { Observation } from './observe-units.ts';
import { areRelated, noHostLeft, refusedHosts, type PlacedService } from './placement.ts';
import { routeConflict, routesOf } from './service-routes.ts';
import type { ServiceView, UnderWay } from './service-view.ts';
import type { ServiceVersion } from '../services/service.ts';

/** Why a version cannot be deployed beside the other services; undefined: it can. */
export function refusalOf(
  version: ServiceVersion,
  views: readonly ServiceView[],
  observed: Observation,
  publicPort: number,
): string | undefined {
  const { service, config } = version;
  const routes = routesOf(service, config, publicPort);
  const conflict = routeConflict(routes, routesBeside(service, views, publicPort));
  if (conflict !== undefined) return conflict;
  const refused = refusedHosts({ service, config }, placedServices(views), observed.units, observed.nodes);
  return noHostLeft(service, observed.nodes, refused);
}

/** Services with the rules of what runs of them, or of what is on its way. */
export function placedServices(views: readonly ServiceView[]): readonly PlacedService[] {
  return views.flatMap(({ service, running, underWay, removal }) =>
    [running, underWay?.version, removal?.version]
      .filter((version) => version !== undefined)
      .map(({ config }) => ({ service, config })),
  );
}

/** Whether another service, whose units this one depends on, is getting its hosts just now. */
export function waitsForPlacing({ version }: UnderWay, views: readonly ServiceView[], observed: Observation): boolean {
  const placing = views.filter(
    ({ service, underWay }) =>
      service !== version.service && underWay?.deployment.state === 'starting' && !isPlaced(underWay, observed),
  );
  return placing.some(({ service, underWay }) =>
    areRelated(version, { service, config: underWay?.version.config ?? {} }),
  );
}

function isPlaced({ version }: UnderWay, { units }: Observation): boolean {
  const own = units.filter((unit) => unit.service === version.service && unit.version === version.version);
  return own.length >= version.config.numInstances && own.every(({ nodeId }) => nodeId !== undefined);
}
