import type { PortSpec } from '../../model/desired.ts';
import type { DocumentPart } from '../document-reader.ts';

const portNames = { incoming: 'port of the host', outgoing: 'port in the container' };

/** Published ports, sorted; a port of the host may be given once. */
export function readPorts(part: DocumentPart): readonly PortSpec[] {
  const ports = part.items().flatMap((each) => readPort(each) ?? []);
  const name = ({ host, protocol }: PortSpec): string => `${String(host)}/${protocol}`;
  const repeated = ports.find((port, index) => ports.findIndex((other) => name(other) === name(port)) < index);
  if (repeated !== undefined) part.fail(`port ${name(repeated)} of the host is given twice`);
  return [...ports].sort(comparePorts);
}

/** `incoming` is the port of the host, `outgoing` the one in the container. */
function readPort(part: DocumentPart): PortSpec | undefined {
  part.members(['incoming', 'outgoing', 'udp']);
  const host = readNumber(part, 'incoming');
  const container = readNumber(part, 'outgoing');
  const udp = part.member('udp');
  if (udp.isPresent && typeof udp.value !== 'boolean') return udp.fail('udp must be true or false');
  if (host === undefined || container === undefined) return undefined;
  return { container, protocol: udp.value === true ? 'udp' : 'tcp', host };
}

function readNumber(port: DocumentPart, key: 'incoming' | 'outgoing'): number | undefined {
  const part = port.member(key);
  const { value } = part;
  if (!part.isPresent) return port.fail(`"${key}" (the ${portNames[key]}) is missing`, `add "${key}": 8080`);
  if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535) return value;
  return part.fail(`${key} is ${JSON.stringify(value)}; it must be a port number from 1 to 65535`);
}

function comparePorts(a: PortSpec, b: PortSpec): number {
  const byProtocol = a.protocol < b.protocol ? -1 : a.protocol > b.protocol ? 1 : 0;
  return a.container - b.container || byProtocol || (a.host ?? 0) - (b.host ?? 0);
}
