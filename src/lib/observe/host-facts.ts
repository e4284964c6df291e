import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { hostname, networkInterfaces, platform, userInfo } from 'node:os';
import { onDemand } from '../lazy.ts';
import type { EngineFacts } from '../model/observed-state.ts';
import { pidNamespace, processStart } from './processes.ts';
import type { ClientFacts, HostFacts, HostInterface } from '../model/host-facts.ts';

/**
 * Gathers HostFacts. When the engine runs elsewhere (another host, or the virtual machine of Docker Desktop) this machine's
 * interfaces and routes say nothing about it and stay unknown. What a command does not ask for is not looked up.
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

/** Likewise: what a lock and a label say costs a command that only looks nothing. */
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

/** Not the machine id itself, which is not to be told to others (machine-id(5)). */
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

/** Destinations in /proc/net/route are hexadecimal, least byte first. */
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
