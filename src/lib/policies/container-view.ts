import type { PolicyContainer, PolicyHost, PolicyPort } from './policy.ts';

type Plain = Readonly<Record<string, unknown>>;

/**
 * The container that a policy is given, made from the engine's inspect document (`docker inspect`). Reads documents of
 * any shape without throwing. Freezes the document.
 */
export function policyContainer(document: unknown, host: PolicyHost = { name: 'localhost', id: '' }): PolicyContainer {
  freeze(document);
  const get = (...path: readonly (string | number)[]): unknown => presentOf(at(document, path));
  const labels = textsOf(Object.entries(plain(get('Config', 'Labels'))));
  const networks = networksOf(plain(get('NetworkSettings', 'Networks')));
  const network = (name: string): ReturnType<PolicyContainer['network']> =>
    networks[name] as ReturnType<PolicyContainer['network']>;
  return freeze({
    id: textOf(get('Id')) ?? '',
    name: (textOf(get('Name')) ?? '').replace(/^\//, ''),
    hostname: textOf(get('Config', 'Hostname')),
    image: textOf(get('Config', 'Image')),
    state: textOf(get('State', 'Status')),
    health: healthOf(get('State', 'Health', 'Status')),
    env: textsOf(listOf(get('Config', 'Env')).map(variableOf)),
    labels,
    label: (name) => labels[name],
    networks: networks as PolicyContainer['networks'],
    network,
    networkIp: (name) => textOf(network(name)?.IPAddress),
    ports: portsOf(plain(get('NetworkSettings', 'Ports'))),
    host: { ...host },
    get,
  });
}

/** Freezes a value with all its parts. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  Object.freeze(value);
  for (const part of Object.values(value)) freeze(part);
  return value;
}

function at(value: unknown, [part, ...rest]: readonly (string | number)[]): unknown {
  if (part === undefined) return value;
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, part)) return undefined;
  return at((value as Plain)[part], rest);
}

/** The engine writes an empty text, or null, for what there is not. */
function presentOf(value: unknown): unknown {
  return value === '' || value === null ? undefined : value;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function plain(value: unknown): Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Plain) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function healthOf(value: unknown): PolicyContainer['health'] {
  return value === 'starting' || value === 'healthy' || value === 'unhealthy' ? value : 'none';
}

/** Without a prototype, so that no name is special. */
function membersOf(entries: readonly (readonly [string, unknown])[]): Plain {
  const members = Object.create(null) as Record<string, unknown>;
  for (const [name, value] of entries) if (presentOf(value) !== undefined) members[name] = value;
  return members;
}

function networksOf(documents: Plain): Plain {
  return membersOf(Object.entries(documents).map(([name, each]) => [name, membersOf(Object.entries(plain(each)))]));
}

function textsOf(entries: readonly (readonly [string, unknown])[]): Readonly<Record<string, string>> {
  return membersOf(entries.filter(([, value]) => typeof value === 'string')) as Record<string, string>;
}

function variableOf(variable: unknown): readonly [string, string] {
  const text = String(variable);
  const end = text.indexOf('=');
  return end === -1 ? [text, ''] : [text.slice(0, end), text.slice(end + 1)];
}

/** `{"80/tcp": [{"HostIp": "0.0.0.0", "HostPort": "8080"}]}`; without bindings the port is only exposed. */
function portsOf(bindings: Plain): readonly PolicyPort[] {
  return Object.entries(bindings)
    .flatMap(([name, published]): readonly PolicyPort[] => {
      const [port = '', protocol = 'tcp'] = name.split('/');
      const own = { container: Number(port), protocol };
      const all = listOf(published).map((binding) => ({ ...own, ...publishedOf(plain(binding)) }));
      return all.length === 0 ? [own] : all;
    })
    .sort((a, b) => a.container - b.container || (a.protocol < b.protocol ? -1 : 1));
}

function publishedOf({ HostIp, HostPort }: Plain): Pick<PolicyPort, 'host' | 'ip'> {
  const [port, ip] = [Number(HostPort), textOf(HostIp)];
  return { ...(port > 0 ? { host: port } : {}), ...(ip === undefined ? {} : { ip }) };
}
