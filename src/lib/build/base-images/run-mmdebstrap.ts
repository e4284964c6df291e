import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { execa } from 'execa';
import { OperationFailed } from '../../errors.ts';
import { bootstrapSteps, type OsTree } from './bootstrap-steps.ts';

/** The tools that mmdebstrap calls lie in sbin, which a user's PATH may lack even as root. */
export function searchPath(): string {
  return [process.env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(delimiter);
}

/** The tar of an OS tree, made on this machine. Ended early, by the signal or because nobody reads it, it leaves nothing behind. */
export async function runMmdebstrap(
  tree: OsTree,
  env: Record<string, string>,
  onLine: (line: string) => void,
  signal: AbortSignal,
): Promise<Readable> {
  signal.throwIfAborted();
  const directory = await workDirectory();
  // It mounts /proc and /sys in its tree. In a mount namespace of its own they end with it, however it ends: a tree left by
  // a killed one holds nothing of this machine, and may be removed by whoever cleans /tmp.
  const child = execa('unshare', ['--mount', '--propagation', 'private', 'mmdebstrap', ...bootstrapSteps(tree)], {
    env: { ...env, PATH: searchPath(), TMPDIR: directory },
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

const workPrefix = 'dockerops-os-';

/** Stopped at the wrong moment, mmdebstrap leaves its tree behind; it takes a minute, so an hour old is left behind. */
async function workDirectory(): Promise<string> {
  for (const name of await readdir(tmpdir())) {
    if (!name.startsWith(workPrefix)) continue;
    const path = join(tmpdir(), name);
    const age = await stat(path).then(
      (facts) => Date.now() - facts.mtimeMs,
      () => 0,
    );
    if (age > 3600_000) await rm(path, { recursive: true, force: true });
  }
  const directory = await mkdtemp(join(tmpdir(), workPrefix));
  await chmod(directory, 0o755);
  return directory;
}

function stopGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGTERM');
  } catch {
    return;
  }
}

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
