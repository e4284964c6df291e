import { createHash } from 'node:crypto';
import { definedOnly } from '../../defined.ts';
import type { Owner } from '../../model/desired.ts';
import type { ObservedPort } from '../../model/observed-state.ts';
import type {
  CheckSpec,
  RegisteredCheck,
  ObservedService,
  ServiceEntry,
  ServiceRegistration,
} from '../../model/service-entry.ts';
import { canonicalJson } from '../../model/canonical-json.ts';

/**
 * Keys of an entry's meta: whose it is, and a hash of what it was made from, as directories do not give back checks.
 */
export const metaKey = { node: 'dockerops-node', prefix: 'dockerops-prefix', hash: 'dockerops-hash' } as const;

/** A script's result is sent as a TTL check: it fails when so many runs in a row were not reported. */
const missedRuns = 3;
const maxPorts = 60;

/**
 * The entry with the ports that its container has on the host. `port` is the first one of TCP, else of UDP; all are
 * in meta, as `port-80-tcp: 32768`.
 */
export function registrationOf(entry: ServiceEntry, published: readonly ObservedPort[]): ServiceRegistration {
  const ports = hostPorts(entry, published);
  const tcp = ports.find(({ protocol }) => protocol === 'tcp');
  const port = (tcp ?? ports[0])?.host ?? 0;
  const { id, name, address, tags, node, prefix } = entry;
  const checks = entry.checks.flatMap(
    (check, index) => registeredCheck(check, checkId(entry, index), { address, port, ports }) ?? [],
  );
  const portMeta = portsOf(ports);
  const hash = createHash('sha256')
    .update(canonicalJson({ name, prefix, address, port, tags, portMeta, checks }))
    .digest('hex')
    .slice(0, 16);
  const meta = { ...portMeta, [metaKey.node]: node, [metaKey.prefix]: prefix, [metaKey.hash]: hash };
  return { id, name, address, port, tags, meta, checks };
}

export function checkId({ id }: Pick<ServiceEntry, 'id'>, index: number): string {
  return `${id}:${String(index + 1)}`;
}

/** Whether the operator made an entry of the directory, by its meta; earlier versions wrote no prefix. */
export function isOwnEntry({ id, meta }: ObservedService, { name, prefix }: NodeOwner): boolean {
  const { [metaKey.node]: node, [metaKey.prefix]: of = prefix } = meta;
  return node === name && (prefix ?? of) === of && id.startsWith(`${name}/`);
}

export type NodeOwner = Extract<Owner, { readonly kind: 'node' }>;

type HostPort = ObservedPort & { readonly host: number };

function hostPorts(entry: ServiceEntry, published: readonly ObservedPort[]): readonly HostPort[] {
  return entry.ports.flatMap(({ container, protocol, host }) => {
    const known = host ?? published.find((port) => port.container === container && port.protocol === protocol)?.host;
    return known === undefined ? [] : [{ container, protocol, host: known }];
  });
}

/** `port-80-tcp: 8080`; of several ports of the host, `8080,8081`. */
function portsOf(ports: readonly HostPort[]): Readonly<Record<string, string>> {
  const byPort = Map.groupBy(ports, ({ container, protocol }) => `port-${String(container)}-${protocol}`);
  const rows = [...byPort]
    .slice(0, maxPorts)
    .map(([key, found]) => [key, found.map(({ host }) => host).join()] as const);
  return Object.fromEntries(rows);
}

/** Why a check cannot be made, since the service does not publish what it asks. */
export function checkProblem(check: CheckSpec, ports: ServiceEntry['ports']): string | undefined {
  const tcp = ports.filter(({ protocol }) => protocol === 'tcp').map(({ container }) => container);
  if (check.kind === 'http' && check.target.startsWith('/') && tcp.length === 0)
    return `http ${check.target} asks the first tcp port of the service, and it publishes none`;
  if (check.kind === 'tcp' && !check.target.includes(':') && !tcp.includes(Number(check.target)))
    return `tcp ${check.target} asks a port of the container that is not published`;
  return undefined;
}

function registeredCheck(
  check: CheckSpec,
  id: string,
  at: { readonly address: string; readonly port: number; readonly ports: readonly HostPort[] },
): RegisteredCheck | undefined {
  const name = check.name ?? `${check.kind} check of ${id}`;
  const common = { id, name, ...definedOnly({ deregisterAfterSeconds: check.deregisterAfterSeconds }) };
  if (check.kind === 'ttl') return { ...common, ask: { ttlSeconds: check.ttlSeconds } };
  const { intervalSeconds, timeoutSeconds } = check;
  if (check.kind === 'script') return { ...common, ask: { ttlSeconds: missedRuns * intervalSeconds + timeoutSeconds } };
  const target = check.kind === 'http' ? httpTarget(check.target, at) : tcpTarget(check.target, at);
  return target === undefined
    ? undefined
    : { ...common, ask: check.kind === 'http' ? { http: target } : { tcp: target }, intervalSeconds, timeoutSeconds };
}

/** Undefined without a port: the check could only fail. */
function httpTarget(
  target: string,
  { address, port }: { readonly address: string; readonly port: number },
): string | undefined {
  if (!target.startsWith('/')) return target;
  return port === 0 ? undefined : `http://${hostOf(address)}:${String(port)}${target}`;
}

function tcpTarget(
  target: string,
  { address, ports }: { readonly address: string; readonly ports: readonly HostPort[] },
): string | undefined {
  if (target.includes(':')) return target;
  const found = ports.find(({ container, protocol }) => protocol === 'tcp' && container === Number(target));
  return found === undefined ? undefined : `${hostOf(address)}:${String(found.host)}`;
}

/** An IPv6 address stands in brackets before a port. */
function hostOf(address: string): string {
  return address.includes(':') && !address.startsWith('[') ? `[${address}]` : address;
}
