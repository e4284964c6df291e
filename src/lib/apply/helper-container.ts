import { randomBytes } from 'node:crypto';
import { emptyImage, emptyImageArchive } from '../engine/archive/empty-image.ts';
import type { ContainerConfig } from '../engine/container-config.ts';
import type { EngineReader, EngineWriter } from '../engine/engine.ts';
import { Conflict, NotFound, OperationFailed, ignoreNotFound } from '../errors.ts';
import { label } from '../labels.ts';
import { ownerLabels } from '../plan/ownership.ts';
import type { Owner } from '../model/desired.ts';

export type HelperEngine = Pick<EngineReader, 'inspectContainer' | 'readArchive'> &
  Pick<EngineWriter, 'createContainer' | 'removeContainer' | 'loadImages' | 'putFiles' | 'putArchive'>;

export type HelperConfig = Pick<ContainerConfig, 'image' | 'mounts'> &
  Partial<Pick<ContainerConfig, 'command' | 'entrypoint' | 'network'>>;

/** Works with a container that is made for this work and removed after it, whatever becomes of the work. */
export async function withHelper<T>(
  engine: HelperEngine,
  owner: Owner,
  suffix: string,
  config: HelperConfig,
  work: (container: string) => Promise<T>,
): Promise<T> {
  const id = await create(engine, `dockerops-helper-${owner.kind}-${owner.name}-${suffix}`, {
    network: { mode: 'none' },
    ...config,
    environment: [],
    ports: [],
    runtime: { restart: 'no', user: '0' },
    labels: { ...ownerLabels(owner), [label.kind]: 'helper' },
  });
  try {
    return await work(id);
  } finally {
    await engine.removeContainer(id, { force: true, volumes: true }).catch(ignoreNotFound);
  }
}

/** For work without the owner's lock: other commands may be doing the same. */
export function randomSuffix(): string {
  return randomBytes(4).toString('hex');
}

/**
 * A helper that has the name already was left by a killed command: the owner's lock keeps other commands from using it.
 */
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
  const found = await engine.inspectContainer(name).catch(ignoreNotFound);
  if (found === undefined) throw stillBeingCreated(name, cause);
  if (found.labels[label.kind] !== 'helper') throw nameHeld(name, found.id, cause);
  await engine.removeContainer(found.id, { force: true, volumes: true });
}

function nameHeld(name: string, id: string, cause: Conflict): OperationFailed {
  const holder = `a container that dockerops did not make has it (${id.slice(0, 12)})`;
  return new OperationFailed(`the name ${name} is needed, but ${holder}`, {
    code: 'NAME_HELD',
    suggestions: [`docker rename ${name} <another name>`],
    cause,
  });
}

/** The engine reserves a name before the container can be inspected: in between, it copies the content of the image. */
function stillBeingCreated(name: string, cause: Conflict): OperationFailed {
  return new OperationFailed(`the engine is still creating container ${name} for a command that was interrupted`, {
    code: 'HELPER_BUSY',
    suggestions: ['try again when docker ps --all shows that container'],
    cause,
  });
}
