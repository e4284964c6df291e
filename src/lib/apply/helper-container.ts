import { createHash, randomBytes } from 'node:crypto';
import { emptyImage, emptyImageArchive } from '../engine/archive/empty-image.ts';
import type { ContainerConfig } from '../engine/container-config.ts';
import type { Engine, EngineReader, EngineWriter } from '../engine/engine.ts';
import { Conflict, EngineError, EngineUnreachable, NotFound, OperationFailed } from '../errors.ts';
import { label } from '../labels.ts';
import { ownerLabels } from '../plan/instance/network.ts';
import type { Owner } from '../model/desired.ts';

type HelperEngine = Pick<EngineReader, 'inspectContainer' | 'readArchive'> &
  Pick<EngineWriter, 'createContainer' | 'removeContainer' | 'loadImages' | 'putFiles' | 'putArchive'>;

/** Where a helper container has the directory that it is for. */
export const helperPlace = '/host';

/**
 * Works on a directory of the engine's host, which is made where it is missing, through a container that never starts:
 * so it may be anybody's host, and its image need have nothing in it. The container is gone afterwards; one that a
 * killed command left is removed first.
 */
export async function withDirectory<T>(
  engine: HelperEngine,
  owner: Owner,
  directory: string,
  work: (container: string) => Promise<T>,
): Promise<T> {
  return withHelper(
    engine,
    owner,
    digitsOf(directory),
    { image: emptyImage, command: ['-'], mounts: [{ kind: 'directory', directory, target: helperPlace }] },
    work,
  );
}

/** For names of helpers: work on another directory may be done at the same time. */
export function digitsOf(directory: string): string {
  return createHash('sha256').update(directory).digest('hex').slice(0, 8);
}

/**
 * The same with a directory that must be there: NotFound when it is not, since what is not there cannot be mounted.
 * Nothing is made. `suffix`, which only who has the owner's lock may give, lets a helper that was left behind be found.
 */
export async function withExistingDirectory<T>(
  engine: HelperEngine,
  owner: Owner,
  directory: string,
  work: (container: string) => Promise<T>,
  suffix = passingSuffix(),
): Promise<T> {
  const mounts = [{ kind: 'bind', source: directory, target: helperPlace, readOnly: true }] as const;
  let isMade = false;
  return withHelper(engine, owner, suffix, { image: emptyImage, command: ['-'], mounts }, async (container) => {
    isMade = true;
    return work(container);
  }).catch((error: unknown) => {
    if (isMade || !(error instanceof EngineError) || error.code !== 'ENGINE_REFUSED') throw error;
    throw new NotFound(`there is no directory ${directory} on the engine's host`, {
      code: 'NO_DIRECTORY',
      cause: error,
    });
  });
}

/** For who has no lock: others may be doing the same. */
function passingSuffix(): string {
  return randomBytes(4).toString('hex');
}

export async function isDirectoryThere(engine: HelperEngine, owner: Owner, directory: string): Promise<boolean> {
  return withExistingDirectory(engine, owner, directory, async () => true).catch((error: unknown) => {
    if (error instanceof NotFound && error.code === 'NO_DIRECTORY') return false;
    throw error;
  });
}

export interface Script {
  /** The first that has a shell is taken. */
  readonly images: readonly string[];
  readonly script: string;
  readonly words: readonly string[];
  readonly mounts: ContainerConfig['mounts'];
  readonly network: 'none' | 'host';
  readonly limitMs: number;
  /**
   * Of the container's name, under the owner's lock: one that a killed command left, and that may still be at work, is
   * ended first.
   */
  readonly suffix?: string;
}

/**
 * Runs a shell script in a container of its own. Resolves with its standard output; rejects with what it printed when
 * it fails, or no image has a shell.
 */
export async function runScript(
  engine: Engine,
  owner: Owner,
  { images, script, words, mounts, network, limitMs, suffix = passingSuffix() }: Script,
  signal?: AbortSignal,
): Promise<string> {
  const reasons: string[] = [];
  const limit = AbortSignal.timeout(limitMs);
  for (const image of images) {
    const config: HelperConfig = {
      image,
      entrypoint: ['sh', '-c', script, 'sh', ...words],
      command: [],
      mounts,
      network: { mode: network },
    };
    const result = await withHelper(engine, owner, suffix, config, async (id) => {
      const started = await engine.startContainer(id).then(
        () => true,
        (error: unknown) => noShell(error, image, reasons),
      );
      if (!started) return undefined;
      const { exitCode } = await engine
        .waitContainer(id, signal === undefined ? limit : AbortSignal.any([signal, limit]))
        .catch((error: unknown) => {
          if (!limit.aborted || signal?.aborted === true) throw error;
          throw new OperationFailed(`not done within ${String(limitMs / 1000)} s`, {
            code: 'HELPER_TIMEOUT',
            suggestions: ["see how busy the engine's host and its disk are, then try again"],
            cause: error,
          });
        });
      return { exitCode, ...(await outputOf(engine, id)) };
    });
    if (result === undefined) continue;
    if (result.exitCode === 0) return result.stdout;
    reasons.push(`${image}: ${result.stderr.trim() || `status ${String(result.exitCode)}`}`);
    if (result.exitCode !== commandMissing) break;
  }
  throw new OperationFailed(reasons.length === 0 ? 'no image on the engine has a shell for this' : reasons.join('; '), {
    code: 'HELPER_FAILED',
    suggestions: ['make an image that has what is needed: dockerops init'],
  });
}

/** What a shell ends with when there is no such program. */
const commandMissing = 127;

function noShell(error: unknown, image: string, reasons: string[]): false {
  if (!(error instanceof EngineError) || error instanceof EngineUnreachable) throw error;
  reasons.push(`${image}: ${error.message}`);
  return false;
}

async function outputOf(
  engine: Pick<Engine, 'logs'>,
  id: string,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const lines = { stdout: [] as string[], stderr: [] as string[] };
  for await (const { stream, text } of engine.logs(id, {})) lines[stream].push(text);
  return { stdout: lines.stdout.join('\n'), stderr: lines.stderr.join('\n') };
}

export type HelperConfig = Pick<ContainerConfig, 'image' | 'mounts'> &
  Partial<Pick<ContainerConfig, 'command' | 'entrypoint' | 'network'>>;

export async function withHelper<T>(
  engine: HelperEngine,
  owner: Owner,
  suffix: string,
  config: HelperConfig,
  work: (container: string) => Promise<T>,
): Promise<T> {
  const name = `dockerops-helper-${owner.kind}-${owner.name}-${suffix}`;
  const whole: ContainerConfig = {
    network: { mode: 'none' },
    ...config,
    environment: [],
    ports: [],
    runtime: { restart: 'no', user: '0' },
    labels: { ...ownerLabels(owner), [label.kind]: 'helper' },
  };
  const id = await create(engine, name, whole);
  try {
    return await work(id);
  } finally {
    await engine.removeContainer(id, { force: true, volumes: true }).catch((error: unknown) => {
      if (!(error instanceof NotFound)) throw error;
    });
  }
}

/** Under the owner's lock nobody else's helper can have the name: what is there was left behind. */
async function create(engine: HelperEngine, name: string, config: ContainerConfig): Promise<string> {
  const attempt = async (): Promise<string> => (await engine.createContainer(name, config)).id;
  return attempt().catch(async (error: unknown) => {
    if (error instanceof NotFound && config.image === emptyImage)
      await engine.loadImages(emptyImageArchive(), () => {});
    else if (error instanceof Conflict) await removeLeftover(engine, name, error);
    else throw error;
    return attempt();
  });
}

async function removeLeftover(engine: HelperEngine, name: string, cause: Conflict): Promise<void> {
  const { id, labels } = await engine.inspectContainer(name).catch((error: unknown) => {
    throw error instanceof NotFound ? stillMaking(name, error) : error;
  });
  if (labels[label.kind] !== 'helper')
    throw new OperationFailed(
      `the name ${name} is held by a container that dockerops did not make (${id.slice(0, 12)})`,
      { code: 'NAME_HELD', suggestions: [`docker rename ${name} <another name>`], cause },
    );
  await engine.removeContainer(id, { force: true, volumes: true });
}

/** A name is taken before the container can be seen: in between, the engine copies the content of the image. */
function stillMaking(name: string, cause: NotFound): OperationFailed {
  return new OperationFailed(`the engine is still making ${name}, which a command that was interrupted had asked for`, {
    code: 'HELPER_BUSY',
    suggestions: ['do the same again when it is done: docker ps --all shows it then'],
    cause,
  });
}
