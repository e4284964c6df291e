import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname, networkInterfaces, platform, userInfo } from 'node:os';
import { onDemand } from '../lazy.ts';
import type { EngineFacts } from '../model/observed-state.ts';
import { pidNamespace, processStart } from './processes.ts';
import type { ClientFacts, HostFacts, HostInterface } from '../model/host-facts.ts';

/**
 * Facts about the engine's host. When that is another machine, also the virtual machine of Docker Desktop, its
 * interfaces and routes are unknown. Each fact is read when it is first used.
 */
export function gatherHostFacts(
  engineAddress: string,
  engine: Pick<EngineFacts, 'hostname'>,
  client: ClientFacts,
): HostFacts {
  const local = engineAddress.startsWith('unix:') && platform() === 'linux' && engine.hostname === hostname();
  if (!local) return { local, hostname: engine.hostname, client };
  const interfaces = onDemand(localInterfaces);
  const routes = onDemand(() => parseRoutes(readText('/proc/net/route')));
  return {
    local,
    hostname: engine.hostname,
    get interfaces() {
      return interfaces();
    },
    get routes() {
      return routes();
    },
    client,
  };
}

/** Facts about this process and its machine, for locks and labels. Each is read when it is first used. */
export function gatherClientFacts(): ClientFacts {
  const machine = onDemand(() => machineIdentity(readText('/etc/machine-id').trim() || hostname()));
  const start = onDemand(() => processStart(process.pid));
  return {
    get machine() {
      return machine();
    },
    hostname: hostname(),
    get user() {
      return userName();
    },
    pid: process.pid,
    get processStart() {
      return start();
    },
    get pidNamespace() {
      return pidNamespace();
    },
  };
}

/** A hash, because the machine id itself must not be published (machine-id(5)). */
function machineIdentity(id: string): string {
  return createHash('sha256').update(`dockerops:${id}`).digest('hex').slice(0, 16);
}

function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return String(process.getuid?.() ?? 'unknown');
  }
}

function localInterfaces(): readonly HostInterface[] {
  return Object.entries(networkInterfaces())
    .map(([name, addresses]) => ({
      name,
      ipv4: (addresses ?? []).filter(({ family }) => family === 'IPv4').map(({ address }) => address),
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** From /proc/net/route to `10.0.0.0/8`. Addresses there are hexadecimal, with the lowest byte first. */
export function parseRoutes(table: string): readonly string[] {
  const lines = table.trim().split('\n').slice(1);
  return lines
    .map((line) => line.split('\t'))
    .map(([, destination = '', , , , , , mask = '']) => `${address(destination)}/${String(prefixLength(mask))}`);
}

function bytes(hex: string): readonly number[] {
  return [6, 4, 2, 0].map((at) => Number.parseInt(hex.slice(at, at + 2), 16));
}

function address(hex: string): string {
  return bytes(hex).join('.');
}

function prefixLength(hex: string): number {
  return bytes(hex)
    .map((byte) => byte.toString(2).replaceAll('0', '').length)
    .reduce((sum, ones) => sum + ones, 0);
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
