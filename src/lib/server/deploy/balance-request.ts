import type { BalancedRoute, BalancedUnit } from '../balancer/balancing.ts';
import type { ServiceVersion } from '../services/service.ts';
import type { Observation } from './observe-units.ts';
import { routesOf } from './service-routes.ts';
import { useOf, type ServiceView } from './service-view.ts';
import type { Unit } from './unit.ts';

export interface BalanceRequest {
  readonly routes: readonly BalancedRoute[];
  readonly units: readonly BalancedUnit[];
}

/** What the balancers are to have now. */
export function balanceRequest(
  views: readonly ServiceView[],
  observed: Observation,
  publicPort: number,
  draining: ReadonlySet<string>,
): BalanceRequest {
  const routes = views.flatMap((view) => viewRoutes(view, observed, publicPort));
  if (observed.kind === 'swarm') return { routes, units: [] };
  const served = new Set(routes.map(({ service, hostPort }) => `${service} ${String(hostPort)}`));
  const units = views.flatMap((view) =>
    versionsOf(view).flatMap((version) =>
      observed.units
        .filter((unit) => isBalanced(unit, version, view))
        .flatMap((unit) => behind(unit, version, publicPort, draining)),
    ),
  );
  return { routes, units: units.filter(({ service, hostPort }) => served.has(`${service} ${String(hostPort)}`)) };
}

/** The routes of services beside one: what it must not take. */
export function routesBeside(
  service: string,
  views: readonly ServiceView[],
  publicPort: number,
): readonly BalancedRoute[] {
  return views
    .filter((view) => view.service !== service)
    .flatMap((view) => versionsOf(view).flatMap((version) => routesOf(view.service, version.config, publicPort)));
}

/** One for each port; from the switch on, those of the new version come first. */
function viewRoutes(view: ServiceView, { units }: Observation, publicPort: number): readonly BalancedRoute[] {
  if (view.removal !== undefined && !units.some(({ service }) => service === view.service)) return [];
  const routes = versionsOf(view).flatMap((version) => routesOf(view.service, version.config, publicPort));
  return [...new Map(routes.toReversed().map((route) => [route.hostPort, route])).values()];
}

/** Those that have routes, the one that counts first at the head. */
function versionsOf({ removal, running, underWay }: ServiceView): readonly ServiceVersion[] {
  if (removal !== undefined) return removal.version === undefined ? [] : [removal.version];
  const { deployment, version } = underWay ?? {};
  const coming = deployment?.error === undefined && deployment?.state !== 'pulling' ? version : undefined;
  const isSwitched = deployment?.state === 'switching' || deployment?.state === 'draining';
  return (isSwitched ? [coming, running] : [running, coming]).filter((one) => one !== undefined);
}

function isBalanced(unit: Unit, version: ServiceVersion, view: ServiceView): boolean {
  if (unit.service !== version.service || unit.version !== version.version || unit.state !== 'running') return false;
  const use = useOf(view, unit.version);
  return use === 'leaving' || (use === 'live' && unit.health !== 'unhealthy');
}

function behind(
  unit: Unit,
  version: ServiceVersion,
  publicPort: number,
  draining: ReadonlySet<string>,
): readonly BalancedUnit[] {
  const { service, name, address } = unit;
  if (address === undefined) return [];
  return routesOf(service, version.config, publicPort).map(({ hostPort, containerPort }) => ({
    service,
    hostPort,
    unit: name,
    address,
    port: containerPort,
    isDraining: draining.has(name),
  }));
}
