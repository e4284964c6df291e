import { definedOnly } from '../../../defined.ts';
import type { PortSpec } from '../../../model/desired.ts';

/** `80`, `8080:80`, `127.0.0.1::80`, `3000-3005:3000-3005/udp`; undefined when it is none of these. */
export function parsePort(text: string): readonly PortSpec[] | undefined {
  const [, ip, host, container, protocol = 'tcp'] =
    /^(?:(?:([\d.]+):)?([\d-]*):)?([\d-]+)(?:\/(tcp|udp))?$/.exec(text) ?? [];
  const inside = range(container ?? '');
  const outside = host === undefined || host === '' ? inside?.map(() => undefined) : range(host);
  if (inside === undefined || outside === undefined || inside.length !== outside.length || !isAddress(ip))
    return undefined;
  return inside.map((port, index) =>
    definedOnly({ container: port, protocol: protocol as PortSpec['protocol'], host: outside[index], ip }),
  );
}

function range(text: string): readonly number[] | undefined {
  const [, first = '', last = first] = /^(\d+)(?:-(\d+))?$/.exec(text) ?? [];
  const [from, to] = [Number(first), Number(last)];
  if (first === '' || from < 1 || to > 65_535 || to < from) return undefined;
  return Array.from({ length: to - from + 1 }, (_, index) => from + index);
}

function isAddress(ip: string | undefined): boolean {
  if (ip === undefined) return true;
  const parts = ip.split('.');
  return parts.length === 4 && parts.every((part) => part !== '' && Number(part) <= 255);
}
