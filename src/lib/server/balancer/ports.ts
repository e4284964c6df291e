import type { BalancedRoute, BalancedUnit } from './balancing.ts';
import { balancerDocument, type BalancerDocument } from './haproxy-config.ts';

/** What the balancer of one host port is to do. */
export interface DesiredPort {
  readonly hostPort: number;
  readonly document: BalancerDocument;
}

export interface PortsRequest {
  readonly domain: string;
  readonly routes: readonly BalancedRoute[];
  /** Undefined: the balancers ask the network for them. */
  readonly units: readonly BalancedUnit[] | undefined;
}

export interface DesiredPorts {
  /** In the order of their numbers. */
  readonly ports: readonly DesiredPort[];
  /** Ports with services that cannot share it. */
  readonly refused: ReadonlyMap<number, string>;
}

/** One document for each host port of the routes. */
export function desiredPorts({ domain, routes, units }: PortsRequest): DesiredPorts {
  const refused = new Map<number, string>();
  const ports: DesiredPort[] = [];
  for (const hostPort of [...new Set(routes.map((route) => route.hostPort))].sort((a, b) => a - b)) {
    const own = routes.filter((route) => route.hostPort === hostPort);
    const conflict = conflictOf(own);
    if (conflict !== undefined) refused.set(hostPort, conflict);
    const behind = units?.filter((unit) => unit.hostPort === hostPort);
    // What came first keeps the port.
    const shared = conflict === undefined ? own : own.slice(0, 1);
    ports.push({ hostPort, document: balancerDocument({ domain, routes: shared, units: unitsOf(shared, behind) }) });
  }
  return { ports, refused };
}

/** Undefined: one service has the port, or all of them are reached by names that differ. */
function conflictOf(routes: readonly BalancedRoute[]): string | undefined {
  const [first, ...others] = routes;
  const names = new Set<string>();
  for (const { service } of routes) {
    if (names.has(service.toLowerCase())) return `${service} differs from another service by its case alone`;
    names.add(service.toLowerCase());
  }
  if (first === undefined || others.length === 0 || routes.every(({ byName }) => byName === true)) return undefined;
  const services = routes.map(({ service }) => service).join(' and ');
  return `${services} cannot share it, as not all of them are reached by name; ${first.service} has it`;
}

function unitsOf(
  routes: readonly BalancedRoute[],
  units: readonly BalancedUnit[] | undefined,
): readonly BalancedUnit[] | undefined {
  return units?.filter(({ service }) => routes.some((route) => route.service === service));
}
