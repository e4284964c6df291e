import { parseSshHost } from '../../remote/ssh-address.ts';
import { sshOutput } from '../../remote/ssh-output.ts';

const limitMs = 30_000;

/** Free bytes of the file system of a directory of another machine; undefined when that cannot be read. */
export async function freeBytesThere(engine: string, directory: string): Promise<number | undefined> {
  const output = await sshOutput(parseSshHost(engine, 'hosts.conf'), ['df', '-Pk', '--', directory], limitMs);
  // POSIX: a line of titles, then device, blocks, used, available, use, mount point.
  const [, row = ''] = (output ?? '').split('\n');
  const available = Number(row.split(/\s+/)[3]);
  return Number.isSafeInteger(available) ? available * 1024 : undefined;
}
