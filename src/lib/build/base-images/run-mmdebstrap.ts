import { mkdir, rm } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { execa } from 'execa';
import { OperationFailed } from '../../errors.ts';
import { reportSuites } from './archive-suites.ts';
import { bootstrapSteps, type OsTree } from './bootstrap-steps.ts';
import { makeWorkDirectory } from './work-directory.ts';

/** The tools that mmdebstrap calls lie in sbin, which a user's PATH may lack even as root. */
export function searchPath(): string {
  return [process.env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(delimiter);
}

/** The part of the work directory that other users than root may enter. */
export const openPart = 'open';

/**
 * The tree has directories in which every user may write, as /tmp, and is made by root: no other user of this machine
 * may reach it. But apt wants to read it as user _apt. So the directory is for root alone, and in a mount namespace its
 * open part takes its place. mmdebstrap mounts /proc and /sys in the tree. They end with the namespace, however that
 * ends: a tree that is left holds nothing of this machine.
 */
export const inOwnNamespace = `mount --bind "$1/${openPart}" "$1"
export TMPDIR="$1"
shift
exec mmdebstrap "$@"`;

/**
 * The tar of an OS tree, made on this machine. Ended early, by the signal or because nobody reads it, it leaves nothing
 * behind.
 */
export async function runMmdebstrap(
  tree: OsTree,
  env: Record<string, string>,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<Readable> {
  signal.throwIfAborted();
  const directory = await makeWorkDirectory();
  await mkdir(join(directory, openPart), { mode: 0o755 });
  const command = [
    'sh',
    '-ec',
    inOwnNamespace,
    'sh',
    directory,
    `--extract-hook=${reportSuites}`,
    ...bootstrapSteps(tree),
  ];
  const child = execa('unshare', ['--mount', '--propagation', 'private', ...command], {
    env: { ...env, PATH: searchPath() },
    stdin: 'ignore',
    buffer: false,
    encoding: 'buffer',
    // A process group of its own: to be stopped, it must be stopped with all that it has started.
    detached: true,
  });
  const stop = (): void => stopGroup(child.pid);
  signal.addEventListener('abort', stop, { once: true });
  const lines: string[] = [];
  const reading = readLines(createInterface({ input: child.stderr }), (line) => {
    lines.push(line);
    if (lines.length > keptLines) lines.shift();
    onLine(line);
  });
  async function* output(): AsyncGenerator<Buffer> {
    try {
      for await (const chunk of child.stdout) yield chunk as Buffer;
      await child;
    } catch (cause) {
      await reading;
      throw signal.aborted ? signal.reason : bootstrapFailed(tree, lines, cause);
    } finally {
      if (child.exitCode === null && child.signalCode === null) stop();
      await child.catch(() => {});
      await rm(directory, { recursive: true, force: true, maxRetries: 3 });
      signal.removeEventListener('abort', stop);
    }
  }
  child.catch(() => {});
  return Readable.from(output(), { objectMode: false });
}

function stopGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    return;
  }
}

/** Of a hundred thousand lines the last ones tell what went wrong. */
const keptLines = 5000;

/** Ends with the process; how that ended is told by its promise. */
async function readLines(lines: AsyncIterable<string>, onLine: (line: string) => void): Promise<void> {
  for await (const line of lines) onLine(line);
}

function bootstrapFailed(tree: OsTree, lines: readonly string[], cause: unknown): OperationFailed {
  // The first error is the reason, the others are what came of it.
  const reason = lines.find((line) => line.startsWith('E: ')) ?? lines.at(-1) ?? String(cause);
  return new OperationFailed(`make the OS tree of ${tree.os}: ${reason.replace(/^E: /, '')}`, {
    code: 'BASE_IMAGE_FAILED',
    logs: lines.slice(-20),
    suggestions: ['look whether this machine reaches its Debian mirror: apt-get update'],
    cause,
  });
}
