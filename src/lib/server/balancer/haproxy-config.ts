import { createHash } from 'node:crypto';
import { isIP } from 'node:net';
import { unitAlias, type BalancedRoute, type BalancedUnit } from './balancing.ts';

/** One host port, with the routes and units of that port. */
export interface PortBalance {
  /** Services are reached by name as `<service>.<domain>` and `<service>`. */
  readonly domain: string;
  readonly routes: readonly BalancedRoute[];
  /** Undefined: haproxy asks the engine's resolver for the healthy units of each service. */
  readonly units: readonly BalancedUnit[] | undefined;
}

/** What the program `dockerops-balancer` of the image takes (docs/image-contract.md). */
export interface BalancerDocument {
  /** Identifies all but the servers; a process tells it as the name of its node. */
  readonly frame: string;
  /** The text of haproxy.cfg. */
  readonly config: string;
  /** The text of its map from names to backends. */
  readonly hosts: string;
  /** What each `add server` ends with. */
  readonly serverOptions: string;
  readonly servers?: readonly BalancerServer[];
}

interface BalancerServer {
  readonly backend: string;
  readonly name: string;
  readonly address: string;
  readonly port: number;
  readonly weight: number;
  readonly draining: boolean;
}

/** In the container, where no right is needed for it. The engine publishes it as the port of the host. */
export const balancerPort = 8080;
const weight = 100;
/** Units of one service that a balancer finds by the resolver. */
const resolvedServers = 256;
const serverOptions = 'check inter 1s fastinter 500ms fall 2 rise 1';

const serviceForm = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const domainForm = /^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/;
const unitForm = /^[A-Za-z0-9][A-Za-z0-9-]{0,99}$/;

/**
 * Throws TypeError for a name, address or number that has not the form of one: no value can become more than one word
 * of the configuration. The same input, in any order, gives the same document.
 */
export function balancerDocument({ domain, routes, units }: PortBalance): BalancerDocument {
  check(domainForm, domain.toLowerCase());
  const sorted = routes.toSorted((a, b) => compare(a.service, b.service));
  for (const { service, containerPort } of sorted) checkRoute(service, containerPort);
  const servers = units?.map(toServer).toSorted((a, b) => compare(a.name, b.name));
  const hosts = hostsMap(sorted, domain.toLowerCase());
  const resolves = units === undefined;
  const digest = createHash('sha256')
    .update(configText(sorted, 'frame', [], resolves))
    .update(hosts);
  const frame = `f${digest.digest('hex').slice(0, 16)}`;
  return {
    frame,
    config: configText(sorted, frame, servers ?? [], resolves),
    hosts,
    serverOptions,
    ...(servers === undefined ? {} : { servers }),
  };
}

/** The name of a service's backend. */
export function backendOf(service: string): string {
  return `s_${service}`;
}

function checkRoute(service: string, containerPort: number): void {
  check(serviceForm, service);
  checkPort(containerPort);
}

function toServer({ service, unit, address, port, isDraining }: BalancedUnit): BalancerServer {
  checkRoute(service, port);
  check(unitForm, unit);
  if (isIP(address) === 0) throw new TypeError(`not an address: ${JSON.stringify(address)}`);
  return { backend: backendOf(service), name: unit, address, port, weight, draining: isDraining };
}

function check(form: RegExp, text: string): void {
  if (text.includes('\n') || !form.test(text)) throw new TypeError(`not a name: ${JSON.stringify(text)}`);
}

function checkPort(port: number): void {
  if (!Number.isInteger(port) || port < 1 || port > 65_535) throw new TypeError(`not a port: ${String(port)}`);
}

/** By code unit, whatever the locale. */
function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function hostsMap(routes: readonly BalancedRoute[], domain: string): string {
  const lines = routes
    .filter(({ byName }) => byName === true)
    .flatMap(({ service }) => {
      const name = service.toLowerCase();
      return [`${name} ${backendOf(service)}`, `${name}.${domain} ${backendOf(service)}`];
    });
  return lines.map((line) => `${line}\n`).join('');
}

function configText(
  routes: readonly BalancedRoute[],
  frame: string,
  servers: readonly BalancerServer[],
  resolves: boolean,
): string {
  const [only] = routes;
  const isTcp = only !== undefined && only.byName !== true;
  return [
    globalSection(frame),
    ...(resolves ? [resolversSection] : []),
    ...(isTcp ? [tcpSection(backendOf(only.service))] : [httpSection]),
    ...routes.map((route) =>
      backendSection(
        route,
        resolves,
        isTcp,
        servers.filter(({ backend }) => backend === backendOf(route.service)),
      ),
    ),
  ].join('\n');
}

/** A process that a reload has replaced ends its last connections after an hour. */
function globalSection(frame: string): string {
  return `# Written by the server. Changes are lost.
global
    node ${frame}
    fd-hard-limit 40000
    no strict-limits
    hard-stop-after 1h
    stats socket /data/admin.sock mode 600 level admin expose-fd listeners
    server-state-file /data/servers.state

defaults
    option redispatch 1
    option dontlognull
    retries 3
    timeout connect 2s
    timeout queue 30s
    timeout tunnel 24h
`;
}

/** The engine's resolver knows healthy units only; the answer may have more of them than a datagram holds. */
const resolversSection = `resolvers engine
    nameserver engine tcp@127.0.0.11:53
    resolve_retries 3
    timeout resolve 500ms
    timeout retry 500ms
    hold valid 500ms
    hold obsolete 0s
    hold nx 1s
    hold timeout 30s
    hold refused 30s
    hold other 30s
`;

function tcpSection(backend: string): string {
  return `frontend port
    mode tcp
    bind :${String(balancerPort)}
    option clitcpka
    timeout client 24h
    default_backend ${backend}
`;
}

/**
 * While a reload is under way, a client that keeps its connection is told with its next answer to open another one.
 */
const httpSection = `frontend port
    mode http
    bind :${String(balancerPort)}
    option idle-close-on-response
    option forwardfor
    timeout client 5m
    timeout http-request 30s
    timeout http-keep-alive 1m
    http-request set-header X-Forwarded-Proto http
    use_backend %[req.hdr(host),field(1,:),lower,map_str(/data/hosts.map,unknown)]

backend unknown
    mode http
    http-request return status 404 content-type "text/plain; charset=utf-8" string "no service has this name\\n"
`;

/** A request that changes nothing is asked again of another unit when the first ended without an answer. */
const httpBackend = `    mode http
    balance roundrobin
    timeout server 5m
    retry-on conn-failure empty-response
    http-request disable-l7-retry unless { method GET HEAD OPTIONS }
    http-error status 503 content-type "text/plain; charset=utf-8" string "no unit of this service answers\\n"
`;

const tcpBackend = `    mode tcp
    balance roundrobin
    option srvtcpka
    timeout server 24h
`;

function backendSection(
  { service, containerPort }: BalancedRoute,
  resolves: boolean,
  isTcp: boolean,
  servers: readonly BalancerServer[],
): string {
  const template =
    `    server-template unit 1-${String(resolvedServers)} ${unitAlias(service)}:${String(containerPort)} ` +
    `resolvers engine resolve-prefer ipv4 init-addr last,none weight ${String(weight)} ${serverOptions}\n`;
  const lines = servers.filter(({ draining }) => !draining).map(serverLine);
  const found = `    load-server-state-from-file global\n${template}`;
  return `backend ${backendOf(service)}\n${isTcp ? tcpBackend : httpBackend}${resolves ? found : lines.join('')}`;
}

function serverLine({ name, address, port, weight }: BalancerServer): string {
  return `    server ${name} ${address}:${String(port)} weight ${String(weight)} ${serverOptions}\n`;
}
