/** What deploys ask of the balancers: each host has one for each port that a service wants there. */

/** A port of every host that leads to the units of a service. */
export interface BalancedRoute {
  readonly service: string;
  readonly hostPort: number;
  /** HTTP requests whose `Host` names the service; absent: every connection of the port is the service's. */
  readonly byName?: true;
  /** Of the units that the network resolves for the name of the service, on a Swarm. */
  readonly containerPort: number;
}

/** A unit of a local engine behind one of the routes. On a Swarm there are none: the balancer asks the network. */
export interface BalancedUnit {
  readonly service: string;
  readonly hostPort: number;
  /** Name of the unit: `<service>-<version>-<instance>`. */
  readonly unit: string;
  readonly address: string;
  readonly port: number;
  /** It gets no new connection, and keeps those that it has. */
  readonly isDraining: boolean;
}

export interface Balanced {
  /** Open sessions of draining units, all their routes together. A unit that is absent here has none to wait for. */
  readonly sessions: ReadonlyMap<string, number>;
  /** Host ports that could not be had, each with the reason, which names the holder. */
  readonly refused: ReadonlyMap<number, string>;
}

/**
 * Brings the balancers to what is desired, whatever they had before: makes those that are missing, removes those of
 * ports that no route has any more, and lets all that stay run on. The same call again changes nothing.
 */
export interface Balancing {
  /** Routes and units are all that there are to be. Rejects when the engine is away. */
  balance(routes: readonly BalancedRoute[], units: readonly BalancedUnit[]): Promise<Balanced>;
}

/** The network of the units and balancers of a server: an overlay of its Swarm, or a bridge of its engine. */
export function unitNetwork(server: string): string {
  return server === 'default' ? 'dockerops-serve' : `dockerops-serve-${server}`;
}

/** The name by which the network resolves the healthy units of a service, of one version or of all. */
export function unitAlias(service: string, version?: number): string {
  return version === undefined ? `${service}.unit` : `v${String(version)}.${service}.unit`;
}
