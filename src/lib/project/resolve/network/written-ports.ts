import type { PortSpec } from '../../../model/desired.ts';
import type { Problem } from '../../../errors.ts';
import { placeIn, type RunConfEntry } from '../../conf/run-conf-entry.ts';
import { parsePort } from './port-text.ts';

export interface WrittenPorts {
  readonly ports: readonly PortSpec[];
  readonly problems: readonly Problem[];
}

/** An engine starts a process for each port that it publishes. */
const maxPorts = 10_000;

/** `ports` of an entry; undefined when it has none. */
export function writtenPorts(entry: RunConfEntry | undefined): WrittenPorts | undefined {
  if (entry?.values.ports === undefined) return undefined;
  const ports: PortSpec[] = [];
  const problems: Problem[] = [];
  for (const [index, value] of entry.values.ports.entries()) {
    const where = placeIn(entry, `ports.${String(index)}`);
    const parsed = parsePort(String(value));
    if (parsed === undefined) problems.push(notAPort(where, String(value)));
    else if (ports.length + parsed.length > maxPorts) return { ports: [], problems: [...problems, tooMany(where)] };
    else ports.push(...parsed);
  }
  return { ports, problems };
}

function notAPort(where: string, text: string): Problem {
  const suggestion = 'write it like "8080:80", "127.0.0.1:53:53/udp" or "3000-3005:3000-3005"';
  return { where, message: `"${text}" is not a valid port`, suggestion };
}

function tooMany(where: string): Problem {
  const message = `an instance publishes at most ${maxPorts} ports`;
  return { where, message, suggestion: 'publish fewer, or give it the network of the host' };
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
