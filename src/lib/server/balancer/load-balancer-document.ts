import type { ObservedNode } from '../../model/observed-state.ts';
import { routesOf } from '../deploy/service-routes.ts';
import { useOf, type ServiceView } from '../deploy/service-view.ts';
import type { Unit } from '../deploy/unit.ts';
import type { ServiceVersion } from '../services/service.ts';
import type { ServerFigures } from './balancer-program.ts';
import type { BalancedRoute } from './balancing.ts';
import { backendOf } from './haproxy-config.ts';

export interface LoadBalancerContext {
  readonly publicPort: number;
  readonly nodes: readonly ObservedNode[];
  /** Of all services. */
  readonly units: readonly Unit[];
  /** By host port. A port that is absent could not be asked. */
  readonly figures: ReadonlyMap<number, readonly ServerFigures[]>;
}

/** A service behind the balancers, in the words of the API; undefined for one that has no port there. */
export function loadBalancerDocument(view: ServiceView, context: LoadBalancerContext): object | undefined {
  const { current, next } = versionsOf(view);
  if (current === undefined || hasNoRoutes(current, next, context)) return undefined;
  return {
    id: view.service,
    service: view.service,
    backends: {
      current: backendDocument(current, view, context),
      ...(next === undefined ? {} : { next: backendDocument(next, view, context) }),
    },
  };
}

/** Whether at least one unit of the service is asked to answer, and does. */
export function isBalanced(view: ServiceView, { figures }: Pick<LoadBalancerContext, 'figures'>): boolean {
  const rows = [...figures.values()].flat().filter(({ backend }) => backend === backendOf(view.service));
  return rows.some(({ status }) => /^(?:UP|no check)/.test(status));
}

/** Before the first version runs, the one on its way is the current one. */
function versionsOf({ running, underWay }: ServiceView): {
  readonly current: ServiceVersion | undefined;
  readonly next: ServiceVersion | undefined;
} {
  const coming = underWay?.deployment.error === undefined ? underWay?.version : undefined;
  return running === undefined ? { current: coming, next: undefined } : { current: running, next: coming };
}

function hasNoRoutes(
  current: ServiceVersion,
  next: ServiceVersion | undefined,
  { publicPort }: LoadBalancerContext,
): boolean {
  return [current, next].every(
    (version) => version === undefined || routesOf(version.service, version.config, publicPort).length === 0,
  );
}

function backendDocument(version: ServiceVersion, view: ServiceView, context: LoadBalancerContext): object {
  const routes = routesOf(version.service, version.config, context.publicPort);
  const own = unitsIn(view, context).filter((unit) => unit.version === version.version);
  return {
    version: version.version,
    weighting: weightingOf(version.version, view, context),
    hosts: own.flatMap((unit) => routes.map((route) => unitRow(unit, route, context))),
  };
}

/** How many of a hundred new connections go to the version. */
function weightingOf(version: number, view: ServiceView, context: LoadBalancerContext): number {
  const live = unitsIn(view, context).filter((unit) => useOf(view, unit.version) === 'live' && unit.isReady);
  if (live.length === 0) return 0;
  return Math.round((100 * live.filter((unit) => unit.version === version).length) / live.length);
}

function unitsIn({ service }: ServiceView, { units }: LoadBalancerContext): readonly Unit[] {
  return units.filter((unit) => unit.service === service).toSorted((a, b) => a.instance - b.instance);
}

function unitRow(
  { name, nodeId, service, address }: Unit,
  { hostPort, containerPort }: BalancedRoute,
  { nodes, figures }: LoadBalancerContext,
): object {
  const isUnit = (row: ServerFigures): boolean =>
    row.name === name || (address !== undefined && row.address === `${address}:${String(containerPort)}`);
  const rows = figures.get(hostPort)?.filter((row) => row.backend === backendOf(service) && isUnit(row)) ?? [];
  const sum = (value: (row: ServerFigures) => number): number | null =>
    rows.length === 0 ? null : rows.reduce((total, row) => total + value(row), 0);
  return {
    unit: name,
    host: nodes.find(({ id }) => id === nodeId)?.address ?? null,
    port: hostPort,
    sessions: sum(({ sessions }) => sessions),
    queuedRequests: sum(({ queued }) => queued),
    weight: rows[0]?.weight ?? null,
  };
}
