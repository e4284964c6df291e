import { access, chmod, constants, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { execa } from 'execa';
import { OperationFailed, UserError } from '../../errors.ts';
import { bootstrapSteps, type OsTree } from './bootstrap-steps.ts';
import { dockerArchitecture, osTable } from './os-table.ts';

/** A command in a container of a public image, for machines that cannot make an OS tree themselves. */
export interface ContainerRun {
  readonly image: string;
  /** In Docker's words: `linux/amd64`. */
  readonly platform: string;
  readonly command: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** A line of standard error. */
  readonly onLine: (line: string) => void;
  readonly signal: AbortSignal;
}

/**
 * Gives the container's standard output. The stream fails when the container ends with another status than 0; the
 * container is removed in every case. It needs CAP_SYS_ADMIN for nothing, but must run as root.
 */
export type RunInContainer = (run: ContainerRun) => Promise<Readable>;

export interface Bootstrap {
  readonly progress: (text: string) => void;
  readonly signal: AbortSignal;
  readonly runInContainer?: RunInContainer | undefined;
  readonly machine?: Machine | undefined;
}

/** What this machine can do itself. */
export interface Machine {
  readonly platform: string;
  readonly isRoot: boolean;
  /** In Docker's words. */
  readonly arch: string;
  readonly hasMmdebstrap: boolean;
}

/** The tar of an OS tree, made from the distribution's signed archive. Nothing is installed on this machine for it. */
export async function bootstrap(tree: OsTree, { progress, signal, runInContainer, machine }: Bootstrap): Promise<Readable> {
  const obstacle = findObstacle(tree, machine ?? (await thisMachine()));
  const env = { SOURCE_DATE_EPOCH: String(osTable[tree.os].epochSeconds), LC_ALL: 'C.UTF-8', DEBIAN_FRONTEND: 'noninteractive' };
  const onLine = (line: string): void => {
    const step = /^I: (.*)\.\.\.$/.exec(line)?.[1];
    if (step !== undefined) progress(step);
  };
  if (obstacle === undefined) return runHere(tree, env, onLine, signal);
  if (runInContainer === undefined) throw cannotBootstrap(tree, obstacle);
  const command = ['sh', '-ec', installAndRun, 'sh', ...bootstrapSteps(tree)];
  const { containerImage: image } = osTable[tree.os];
  return runInContainer({ image, platform: `linux/${tree.arch}`, command, env, onLine, signal });
}

const installAndRun = `{ apt-get update && apt-get install -y --no-install-recommends mmdebstrap; } >&2
exec mmdebstrap "$@"`;

function findObstacle(tree: OsTree, machine: Machine): string | undefined {
  if (machine.platform !== 'linux') return 'this machine does not run Linux';
  if (machine.arch !== tree.arch) return `this machine is ${machine.arch}`;
  if (!machine.isRoot) return 'it takes root';
  return machine.hasMmdebstrap ? undefined : 'mmdebstrap is not installed';
}

function cannotBootstrap(tree: OsTree, obstacle: string): UserError {
  const { containerImage } = osTable[tree.os];
  const message = `the base images for ${tree.os} (${tree.arch}) cannot be made here: ${obstacle}, and no container of ${containerImage} can be run`;
  return new UserError(message, {
    code: 'BASE_IMAGE_TOOLS',
    suggestions: ['apt-get install mmdebstrap', `run it as root on Linux, or let the engine have the image ${containerImage}`],
  });
}

async function thisMachine(): Promise<Machine> {
  const { platform, arch } = process;
  const directories = searchPath().split(delimiter);
  const found = await Promise.all(directories.map((directory) => isExecutable(join(directory, 'mmdebstrap'))));
  return { platform, arch: dockerArchitecture(arch), isRoot: process.getuid?.() === 0, hasMmdebstrap: found.includes(true) };
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(() => true, () => false);
}

/** The tools that mmdebstrap calls lie in sbin, which a user's PATH may lack even as root. */
function searchPath(): string {
  return [process.env['PATH'] ?? '', '/usr/sbin', '/sbin'].join(delimiter);
}

async function runHere(tree: OsTree, env: Record<string, string>, onLine: (line: string) => void, signal: AbortSignal): Promise<Readable> {
  signal.throwIfAborted();
  // Stopped at the wrong moment, mmdebstrap leaves its tree behind.
  const directory = await mkdtemp(join(tmpdir(), 'dockerops-os-'));
  await chmod(directory, 0o755);
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
