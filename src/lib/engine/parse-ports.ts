import { definedOnly } from '../defined.ts';
import type { ObservedPort } from '../model/observed-state.ts';
import { list, number, object, optional, record, text, type Shaped } from './shape.ts';

/** A port of a row of `GET /containers/json`. */
export const listedPort = object({
  IP: optional(text),
  PrivatePort: number,
  PublicPort: optional(number),
  Type: text,
});
type RawPort = Shaped<typeof listedPort>;

/** Ports of `GET /containers/{id}/json`: `80/tcp` to its bindings. */
export const portBindings = record(optional(list(object({ HostIp: text, HostPort: text }))));
type RawPortBindings = Shaped<typeof portBindings>;

export function listedPorts(ports: readonly RawPort[]): readonly ObservedPort[] {
  return mergePorts(ports.map((port) => toPort(port.PrivatePort, port.Type, port.PublicPort, port.IP)));
}

export function inspectedPorts(ports: RawPortBindings): readonly ObservedPort[] {
  return mergePorts(Object.entries(ports).flatMap(([name, bindings]) => bindingsOf(name, bindings ?? [])));
}

function bindingsOf(name: string, bindings: NonNullable<RawPortBindings[string]>): readonly ObservedPort[] {
  const [port = '0', protocol = 'tcp'] = name.split('/');
  if (bindings.length === 0) return [toPort(Number(port), protocol)];
  return bindings.map(({ HostIp, HostPort }) => toPort(Number(port), protocol, Number(HostPort), HostIp));
}

/** An address that stands for all of them is left out, so that the IPv4 and the IPv6 binding of one port are equal. */
function toPort(container: number, protocol: string, host?: number, ip = ''): ObservedPort {
  const isAny = ip === '' || ip === '0.0.0.0' || ip === '::';
  return {
    container,
    protocol: protocol as ObservedPort['protocol'],
    ...definedOnly({ host, ip: isAny ? undefined : ip }),
  };
}

function mergePorts(ports: readonly ObservedPort[]): readonly ObservedPort[] {
  const unique = new Map(ports.map((port) => [JSON.stringify(port), port]));
  return [...unique.values()].sort(
    (a, b) => a.container - b.container || (a.host ?? 0) - (b.host ?? 0) || a.protocol.localeCompare(b.protocol),
  );
}
