import type { PolicyContainer, PolicyPort } from '../policy.ts';

/** Where a port of a container is reached, from the settings of a policy. */
export interface Reach {
  /** Of the host; absent: the address that the port is published on. */
  readonly ip?: string | null;
  /** The container's own address on this network, and its own port. */
  readonly network?: string | null;
}

export const reachSchema = {
  ip: { type: ['string', 'null'], minLength: 1 },
  network: { type: ['string', 'null'], minLength: 1 },
};

/** A port of a container with the address at which others reach it: `10.0.0.5:8080`. */
export interface ReachedPort {
  readonly port: PolicyPort;
  readonly at: string;
}

/** The published ports of a running container, each once, that others can reach. */
export function reachedPorts(container: PolicyContainer, reach: Reach): readonly ReachedPort[] {
  return publishedPorts(container).flatMap((bindings) => {
    const at = addressOf(container, bindings, reach);
    const [port] = bindings;
    return at === undefined || port === undefined ? [] : [{ port, at }];
  });
}

/** The bindings of each published port. One may be published on several addresses. */
export function publishedPorts({ state, ports }: PolicyContainer): readonly (readonly PolicyPort[])[] {
  if (state !== 'running') return [];
  const published = ports.filter(({ host }) => host !== undefined);
  return [...Map.groupBy(published, (port) => `${String(port.container)}/${port.protocol}`).values()];
}

function addressOf(
  { name, networkIp }: PolicyContainer,
  bindings: readonly PolicyPort[],
  { ip, network }: Reach,
): string | undefined {
  const [first] = bindings;
  if (first === undefined) return undefined;
  if (network !== undefined && network !== null) {
    const own = networkIp(network);
    return own === undefined ? undefined : join(own, first.container);
  }
  if (ip !== undefined && ip !== null) return join(ip, first.host);
  const reached = bindings.find((port) => port.ip !== undefined && !isEverywhere(port.ip) && !isLoopback(port.ip));
  if (reached?.ip !== undefined) return join(reached.ip, reached.host);
  const port = `${String(first.container)}/${first.protocol}`;
  console.warn(
    `port ${port} of ${name} is published on ${first.ip ?? 'no address'}, which others cannot use: set "ip"`,
  );
  return undefined;
}

function join(address: string, port: number | undefined): string {
  return `${address.includes(':') ? `[${address}]` : address}:${String(port)}`;
}

function isEverywhere(ip: string): boolean {
  return ip === '0.0.0.0' || ip === '::';
}

function isLoopback(ip: string): boolean {
  return ip.startsWith('127.') || ip === '::1';
}
