import { readdir, readFile, readlink } from 'node:fs/promises';
import { basename } from 'node:path';
import { definedOnly } from '../defined.ts';
import type { PortHolder } from '../model/host-facts.ts';

/** A socket that is bound to a port. */
export interface HeldSocket {
  readonly ip: string;
  readonly port: number;
  readonly protocol: 'tcp' | 'udp';
  readonly inode: string;
}

const tables = [
  ['tcp', '/proc/net/tcp'],
  ['tcp', '/proc/net/tcp6'],
  ['udp', '/proc/net/udp'],
  ['udp', '/proc/net/udp6'],
] as const;
const listening = '0A';
/** The state of a UDP socket that receives from anybody. */
const unconnected = '07';

/**
 * Which programs use these ports of this machine, from the kernel's tables. The holder is unknown when this user may
 * not read its process. Empty on machines without /proc.
 */
export async function gatherPortHolders(ports: ReadonlySet<number>): Promise<readonly PortHolder[]> {
  const sockets = (
    await Promise.all(tables.map(async ([protocol, path]) => parseSocketTable(await readText(path), protocol)))
  )
    .flat()
    .filter(({ port }) => ports.has(port));
  if (sockets.length === 0) return [];
  const holders = await findProcesses(new Set(sockets.map(({ inode }) => inode)));
  return sockets.map(({ ip, port, protocol, inode }) => {
    const holder = holders.get(inode);
    return { ip, port, protocol, ...definedOnly({ holder }) };
  });
}

/** The listening sockets in a table such as /proc/net/tcp (proc(5)). */
export function parseSocketTable(text: string, protocol: 'tcp' | 'udp'): readonly HeldSocket[] {
  const state = protocol === 'tcp' ? listening : unconnected;
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const fields = line.trim().split(/\s+/);
      const [ip = '', port = ''] = (fields[1] ?? '').split(':');
      return fields[3] === state
        ? [{ ip: parseAddress(ip), port: Number.parseInt(port, 16), protocol, inode: fields[9] ?? '' }]
        : [];
    });
}

const mappedIpv4 = '0000000000000000ffff0000';

/**
 * From words of 32 bits in the byte order of the machine. All machines that Node runs on have the lowest byte first.
 */
function parseAddress(hex: string): string {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => [6, 4, 2, 0].map((at) => word.slice(at, at + 2)));
  if (hex.toLowerCase().startsWith(mappedIpv4) || bytes.length === 4)
    return bytes
      .slice(-4)
      .map((byte) => Number.parseInt(byte, 16))
      .join('.');
  const groups = Array.from({ length: 8 }, (_, index) =>
    Number.parseInt(bytes.slice(index * 2, index * 2 + 2).join(''), 16).toString(16),
  );
  return groups.join(':').replace(/(?:^|:)0(?::0)+(?::|$)/, '::');
}

async function findProcesses(inodes: ReadonlySet<string>): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const pid of (await names('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (found.size === inodes.size) break;
    for (const inode of await socketsOf(pid)) {
      if (inodes.has(inode) && !found.has(inode)) found.set(inode, `${await programOf(pid)} (pid ${pid})`);
    }
  }
  return found;
}

/** The name of the program's file, because programs can change the name that ps shows. */
async function programOf(pid: string): Promise<string> {
  const file = await readlink(`/proc/${pid}/exe`).catch(() => '');
  return file === '' ? (await readText(`/proc/${pid}/comm`)).trim() : basename(file.replace(/ \(deleted\)$/, ''));
}

async function socketsOf(pid: string): Promise<readonly string[]> {
  const links = await Promise.all(
    (await names(`/proc/${pid}/fd`)).map((fd) => readlink(`/proc/${pid}/fd/${fd}`).catch(() => '')),
  );
  return links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []);
}

async function names(directory: string): Promise<readonly string[]> {
  return readdir(directory).catch(() => []);
}

async function readText(path: string): Promise<string> {
  return readFile(path, 'utf8').catch(() => '');
}
