import { createHash, randomBytes } from 'node:crypto';
import { emptyImage, emptyImageArchive } from '../engine/empty-image.ts';
import type { ContainerConfig } from '../engine/container-config.ts';
import type { EngineReader, EngineWriter } from '../engine/engine.ts';
import { Conflict, EngineError, NotFound, OperationFailed } from '../errors.ts';
import { label } from '../labels.ts';
import { ownerLabels } from '../plan/plan-network.ts';
import type { Owner } from '../project/project.ts';

type HelperEngine = Pick<EngineReader, 'inspectContainer' | 'readArchive'> & Pick<EngineWriter, 'createContainer' | 'removeContainer' | 'loadImages' | 'putFiles' | 'putArchive'>;

/** Where a helper container has the directory that it is for. */
export const helperPlace = '/host';

/**
 * Works on a directory of the engine's host, which is made where it is missing, through a container that never starts: so it may be
 * anybody's host, and its image need have nothing in it. The container is gone afterwards; one that a killed command left is removed first.
 */
export async function withDirectory<T>(engine: HelperEngine, owner: Owner, directory: string, work: (container: string) => Promise<T>): Promise<T> {
  const digits = createHash('sha256').update(directory).digest('hex').slice(0, 8);
  return withHelper(engine, owner, digits, { image: emptyImage, command: ['-'], mounts: [{ kind: 'directory', directory, target: helperPlace }] }, work);
}

/** Whether a directory is there on the engine's host: one that is not cannot be mounted. Nothing is made. */
export async function isDirectoryThere(engine: HelperEngine, owner: Owner, directory: string): Promise<boolean> {
  const mounts = [{ kind: 'bind', source: directory, target: helperPlace, readOnly: true }] as const;
  return withHelper(engine, owner, randomBytes(4).toString('hex'), { image: emptyImage, command: ['-'], mounts }, async () => true).catch((error: unknown) => {
    if (error instanceof EngineError && error.code === 'ENGINE_REFUSED') return false;
    throw error;
  });
}

export type HelperConfig = Pick<ContainerConfig, 'image' | 'mounts'> & Partial<Pick<ContainerConfig, 'command' | 'entrypoint' | 'network'>>;

export async function withHelper<T>(engine: HelperEngine, owner: Owner, suffix: string, config: HelperConfig, work: (container: string) => Promise<T>): Promise<T> {
  const name = `dockerops-helper-${owner.kind}-${owner.name}-${suffix}`;
  const whole: ContainerConfig = {
    network: { mode: 'none' }, ...config, environment: [], ports: [], runtime: { restart: 'no', user: '0' }, labels: { ...ownerLabels(owner), [label.kind]: 'helper' },
  };
  const id = await create(engine, name, whole);
  try {
    return await work(id);
  } finally {
    await engine.removeContainer(id, { force: true, volumes: true }).catch((error: unknown) => { if (!(error instanceof NotFound)) throw error; });
  }
}

/** Under the owner's lock nobody else's helper can have the name: what is there was left behind. */
async function create(engine: HelperEngine, name: string, config: ContainerConfig): Promise<string> {
  const attempt = async (): Promise<string> => (await engine.createContainer(name, config)).id;
  return attempt().catch(async (error: unknown) => {
    if (error instanceof NotFound && config.image === emptyImage) await engine.loadImages(emptyImageArchive(), () => {});
    else if (error instanceof Conflict) await removeLeftover(engine, name, error);
    else throw error;
    return attempt();
  });
}

async function removeLeftover(engine: HelperEngine, name: string, cause: Conflict): Promise<void> {
  const { id, labels } = await engine.inspectContainer(name);
  if (labels[label.kind] !== 'helper') throw new OperationFailed(`the name ${name} is held by a container that dockerops did not make (${id.slice(0, 12)})`, { code: 'NAME_HELD', suggestions: [`docker rename ${name} <another name>`], cause });
  await engine.removeContainer(id, { force: true, volumes: true });
}
