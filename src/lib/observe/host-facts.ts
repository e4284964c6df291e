import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { hostname, networkInterfaces, platform, userInfo } from 'node:os';
import { onDemand } from '../lazy.ts';
import type { EngineFacts } from '../model/observed-state.ts';
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

/** When a process began, in the system's own count; empty where it does not tell or there is no such process. */
export function processStart(pid: number): string {
  return fieldsOf(readStat(pid))[19] ?? '';
}

function readStat(pid: number): string {
  return readText(`/proc/${String(pid)}/stat`);
}

/** From the third field on (proc(5)): the second is the program's name in brackets and may hold blanks. The start is field 22. */
function fieldsOf(stat: string): readonly string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

/** Whether a process of this machine still runs; a later one with the same pid does not count, where the system tells starts. */
export function isAlive(pid: number, start: string): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return isSameLife(readStat(pid), start);
}

/** Of a pid that is in use, from its line in /proc; what may not be looked at counts as alive. */
export function isSameLife(stat: string, start: string): boolean {
  if (stat === '') return true;
  const { 0: state, 19: began } = fieldsOf(stat);
  return state !== 'Z' && (start === '' || began === start);
}

/** Pids mean something only within it. */
function pidNamespace(): string {
  try {
    return readlinkSync('/proc/self/ns/pid');
  } catch {
    return '';
  }
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
