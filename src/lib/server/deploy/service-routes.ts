import type { BalancedRoute } from '../balancer/balancing.ts';
import type { ServiceConfig } from '../services/service.ts';

type RoutedConfig = Pick<ServiceConfig, 'ports' | 'publicFacing' | 'loadBalanced'>;

/**
 * The ports of every host that lead to a service. One that is reached by name has its first port behind the public
 * port; its other ports are behind host ports of their own.
 */
export function routesOf(service: string, config: RoutedConfig, publicPort: number): readonly BalancedRoute[] {
  const isByName = config.publicFacing || config.loadBalanced === true;
  const [first] = config.ports;
  const byName: readonly BalancedRoute[] =
    isByName && first !== undefined
      ? [{ service, hostPort: publicPort, byName: true, containerPort: first.container }]
      : [];
  const byPort = config.ports.flatMap(({ container, host }) =>
    host === undefined || (isByName && host === publicPort)
      ? []
      : [{ service, hostPort: host, containerPort: container }],
  );
  return [...byName, ...byPort];
}

/** Why a service cannot have its routes beside those of others; undefined: it can. */
export function routeConflict(routes: readonly BalancedRoute[], others: readonly BalancedRoute[]): string | undefined {
  for (const [index, route] of routes.entries()) {
    const other = [...others, ...routes.slice(0, index)].find((one) => one.hostPort === route.hostPort);
    if (other === undefined || (other.byName === true && route.byName === true)) continue;
    const port = `port ${String(route.hostPort)} of the hosts`;
    if (other.service === route.service) return `${port} is named twice`;
    return `${port} is in use by service ${other.service}, and ${byNameText(route, other)}`;
  }
  return undefined;
}

function byNameText(route: BalancedRoute, other: BalancedRoute): string {
  if (route.byName === other.byName) return 'neither is reached by name (publicFacing)';
  return `${route.byName === true ? other.service : route.service} is not reached by name (publicFacing)`;
}
