import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import type { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { UserError } from '../../errors.ts';
import type { LockedSuite } from '../../model/lock.ts';
import { reportSuites, suiteIn } from './archive-suites.ts';
import { bootstrapSteps, type OsTree } from './bootstrap-steps.ts';
import { dockerArchitecture, osTable } from './os-table.ts';
import { makeRootfsLayer } from './rootfs-layer.ts';
import { runMmdebstrap, searchPath } from './run-mmdebstrap.ts';

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
 * container, with the usual capabilities and root as its user, is removed in every case.
 */
export type RunInContainer = (run: ContainerRun) => Promise<Readable>;

export interface Bootstrap {
  readonly progress: (text: string) => void;
  /** Called with each suite of the archive, before packages of it are installed. */
  readonly onSuite?: ((suite: LockedSuite) => void) | undefined;
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
export async function bootstrap(
  tree: OsTree,
  { progress, onSuite, signal, runInContainer, machine }: Bootstrap,
): Promise<Readable> {
  const obstacle = findObstacle(tree, machine ?? (await thisMachine()));
  const { epochSeconds, containerImage: image } = osTable[tree.os];
  const env = {
    SOURCE_DATE_EPOCH: String(epochSeconds),
    LC_ALL: 'C.UTF-8',
    DEBIAN_FRONTEND: 'noninteractive',
    PYTHON_SOURCES: await packPython(tree, epochSeconds),
  };
  const onLine = (line: string): void => {
    const step = /^I: (.*)\.\.\.$/.exec(line)?.[1];
    if (step !== undefined) progress(step);
    const suite = suiteIn(line);
    if (suite !== undefined) onSuite?.(suite);
  };
  if (obstacle === undefined) return runMmdebstrap(tree, env, onLine, signal);
  if (runInContainer === undefined) throw cannotBootstrap(tree, obstacle);
  const command = ['sh', '-ec', installAndRun, 'sh', `--extract-hook=${reportSuites}`, ...bootstrapSteps(tree)];
  return runInContainer({ image, platform: `linux/${tree.arch}`, command, env, onLine, signal });
}

/**
 * For a variable of the environment, which reaches the last step wherever it runs: 125 kB of sources take 40 of the 128
 * kB that a variable may have.
 */
async function packPython({ python }: OsTree, epochSeconds: number): Promise<string> {
  return gzipSync(
    await makeRootfsLayer({ files: python, emptyDirectories: [] }, epochSeconds, () => undefined),
  ).toString('base64');
}

const installAndRun = `{ apt-get update && apt-get install -y --no-install-recommends mmdebstrap; } >&2
exec mmdebstrap "$@"`;

/** Why this machine cannot make trees of that architecture by itself; undefined: it can. */
export async function bootstrapObstacle(arch: string): Promise<string | undefined> {
  return findObstacle({ arch }, await thisMachine());
}

function findObstacle(tree: Pick<OsTree, 'arch'>, machine: Machine): string | undefined {
  if (machine.platform !== 'linux') return 'this machine does not run Linux';
  if (machine.arch !== tree.arch) return `this machine is ${machine.arch}`;
  if (!machine.isRoot) return 'it takes root';
  return machine.hasMmdebstrap ? undefined : 'mmdebstrap is not installed';
}

function cannotBootstrap(tree: OsTree, obstacle: string): UserError {
  const { containerImage } = osTable[tree.os];
  const message =
    `the base images for ${tree.os} (${tree.arch}) cannot be made here: ${obstacle}, ` +
    `and no container of ${containerImage} can be run`;
  return new UserError(message, {
    code: 'BASE_IMAGE_TOOLS',
    suggestions: [
      'apt-get install mmdebstrap',
      `run it as root on Linux, or let the engine have the image ${containerImage}`,
    ],
  });
}

async function thisMachine(): Promise<Machine> {
  const { platform, arch } = process;
  const directories = searchPath().split(delimiter);
  const found = await Promise.all(directories.map((directory) => isExecutable(join(directory, 'mmdebstrap'))));
  return {
    platform,
    arch: dockerArchitecture(arch),
    isRoot: process.getuid?.() === 0,
    hasMmdebstrap: found.includes(true),
  };
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
