import type { PortSpec } from '../../../model/desired.ts';
import type { Problem } from '../../../errors.ts';
import { placeIn, type RunConfEntry } from '../../conf/run-conf-entry.ts';
import { parsePort } from './port-text.ts';

export interface WrittenPorts {
  readonly ports: readonly PortSpec[];
  readonly problems: readonly Problem[];
}

/** `ports` of an entry; undefined when it has none. */
export function writtenPorts(entry: RunConfEntry | undefined): WrittenPorts | undefined {
  if (entry?.values.ports === undefined) return undefined;
  const parsed = entry.values.ports.map((value, index) => ({
    text: String(value),
    ports: parsePort(String(value)),
    where: placeIn(entry, `ports.${String(index)}`),
  }));
  return {
    ports: parsed.flatMap(({ ports }) => ports ?? []),
    problems: parsed
      .filter(({ ports }) => ports === undefined)
      .map(({ text, where }) => ({
        where,
        message: `"${text}" is not a valid port`,
        suggestion: 'write it like "8080:80", "127.0.0.1:53:53/udp" or "3000-3005:3000-3005"',
      })),
  };
}

/** `publish_ssh_on`: the sshd of the instance on a port of the host. */
export function sshPort(entry: RunConfEntry | undefined): WrittenPorts {
  const written = entry?.values.publish_ssh_on;
  if (entry === undefined || written === undefined) return { ports: [], problems: [] };
  const ports = parsePort(`${String(written)}:22`);
  if (ports !== undefined) return { ports, problems: [] };
  const problem: Problem = {
    where: placeIn(entry, 'publish_ssh_on'),
    message: `"${String(written)}" is not a valid port of the host`,
    suggestion: 'write it like 2222 or "127.0.0.1:2222"',
  };
  return { ports: [], problems: [problem] };
}
