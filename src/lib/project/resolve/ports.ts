import type { Problem } from '../../errors.ts';
import type { ExposedPort } from '../dockerfile/exposed-ports.ts';
import type { PortSpec } from '../../model/desired.ts';
import { placeIn, type RunConfEntry } from '../conf/run-conf-entry.ts';

export interface PortsInput {
  readonly entry: RunConfEntry | undefined;
  readonly publish: boolean;
  readonly exposed: readonly ExposedPort[];
  /** PUBLISH_ON_IP, else SERVICE_IP. */
  readonly ip: string | undefined;
}

export interface ResolvedPorts {
  readonly ports: readonly PortSpec[];
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
}

/** What is published on the host: `ports`, else what the images expose; and ssh where asked for. */
export function resolvePorts({ entry, publish, exposed, ip }: PortsInput): ResolvedPorts {
  const written = entry?.values.ports;
  const parsed = (written ?? []).map((text, index) => ({
    ports: parsePort(String(text)),
    text,
    where: entry === undefined ? '' : placeIn(entry, `ports.${String(index)}`),
  }));
  const own =
    written === undefined
      ? exposed.map(({ container, protocol }): PortSpec => ({ container, protocol, host: container }))
      : parsed.flatMap(({ ports }) => ports ?? []);
  const ssh = sshPort(entry);
  const notices =
    !publish && written !== undefined && entry !== undefined
      ? [`${placeIn(entry, 'ports')}: nothing is published, as publish_ports is off`]
      : [];
  return {
    ports: [...(publish ? own : []), ...ssh.ports]
      .map((port) => (port.ip !== undefined || ip === undefined ? port : { ...port, ip }))
      .sort(byNumber),
    problems: [
      ...parsed
        .filter(({ ports }) => ports === undefined)
        .map(({ text, where }) => ({
          where,
          message: `"${String(text)}" is not a port`,
          suggestion: 'write it like "8080:80", "127.0.0.1:53:53/udp" or "3000-3005:3000-3005"',
        })),
      ...ssh.problems,
    ],
    notices,
  };
}

function byNumber(a: PortSpec, b: PortSpec): number {
  return (
    a.container - b.container ||
    (a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : (a.host ?? 0) - (b.host ?? 0))
  );
}

/** The instance's own sshd on a port of the host, by the same rule as every other port. */
function sshPort(entry: RunConfEntry | undefined): {
  readonly ports: readonly PortSpec[];
  readonly problems: readonly Problem[];
} {
  const written = entry?.values.publish_ssh_on;
  if (entry === undefined || written === undefined) return { ports: [], problems: [] };
  const ports = parsePort(`${String(written)}:22`);
  if (ports !== undefined) return { ports, problems: [] };
  return {
    ports: [],
    problems: [
      {
        where: placeIn(entry, 'publish_ssh_on'),
        message: `"${String(written)}" is not a port of the host`,
        suggestion: 'write it like 2222 or "127.0.0.1:2222"',
      },
    ],
  };
}

/** `80`, `8080:80`, `127.0.0.1::80`, `3000-3005:3000-3005/udp`; undefined when it is none of these. */
export function parsePort(text: string): readonly PortSpec[] | undefined {
  const [, ip, host, container, protocol = 'tcp'] =
    /^(?:(?:([\d.]+):)?([\d-]*):)?([\d-]+)(?:\/(tcp|udp))?$/.exec(text) ?? [];
  const inside = range(container ?? '');
  const outside = host === undefined || host === '' ? inside?.map(() => undefined) : range(host);
  if (inside === undefined || outside === undefined || inside.length !== outside.length || !isAddress(ip))
    return undefined;
  return inside.map((port, index) => {
    const published = outside[index];
    return {
      container: port,
      protocol: protocol as PortSpec['protocol'],
      ...(published === undefined ? {} : { host: published }),
      ...(ip === undefined ? {} : { ip }),
    };
  });
}

function range(text: string): readonly number[] | undefined {
  const [, first = '', last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === '' || from < 1 || to > 65_535 || to < from) return undefined;
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function isAddress(ip: string | undefined): boolean {
  return (
    ip === undefined ||
    (ip.split('.').length === 4 && ip.split('.').every((part) => part !== '' && Number(part) <= 255))
  );
}
