import { fullDiskCode } from '../engine/engine-errors.ts';
import { Conflict, EngineError, NotFound, OperationFailed } from '../errors.ts';
import { sleep } from '../interrupt.ts';
import { againWhenMended } from '../observe/failure.ts';
import { awaitReady } from '../observe/readiness.ts';
import type { OperationOf } from '../plan/operation.ts';
import { expectAbsent, expectPresent, expectRunning, withImage, withNextSteps } from './expectations.ts';
import type { Step } from './step.ts';
import { toContainer } from './to-container.ts';

export async function createContainer(
  operation: OperationOf<'create-container'>,
  { context, results }: Step,
): Promise<void> {
  const { key } = operation.spec;
  const container = operation.replaces?.name ?? operation.spec.container;
  const config = await toContainer(operation, results);
  const { id, warnings } = await withImage(operation.image, key, context.engine, () =>
    expectAbsent(context.engine.createContainer(container, config), `container ${container}`),
  );
  results.created(container, id);
  for (const text of warnings) context.progress({ type: 'warning', text: `${key}: ${text}` });
}

export async function putFiles(
  { spec, container = spec.container }: OperationOf<'put-files'>,
  { context, results }: Step,
): Promise<void> {
  const files = await Promise.all(
    spec.files.map(async ({ path, mode, uid, gid, content }) => ({
      path,
      mode,
      uid,
      gid,
      content: Buffer.from(await results.text(content)),
    })),
  );
  const volumes = spec.mounts.flatMap(({ kind, target }) => (kind === 'scratch' ? [target] : []));
  const id = results.containerId(container);
  await expectPresent(context.engine.putFiles(id, files, volumes), `container ${container}`);
}

export async function startContainer(
  { container }: OperationOf<'start-container'>,
  { context: { engine }, results }: Step,
): Promise<void> {
  const id = results.containerId(container);
  const started = expectPresent(engine.startContainer(id), `container ${container}`);
  await withNextSteps(started, async () => againWhenMended((await engine.inspectContainer(id)).labels));
}

export async function waitReady(
  { container, limitSeconds, wasRunning, until, steadySeconds }: OperationOf<'wait-ready'>,
  { context: { engine, signal }, results }: Step,
): Promise<void> {
  const options = { limitSeconds, wasRunning, until, steadySeconds, signal };
  const id = results.containerId(container);
  const ready = awaitReady(engine, id, options);
  const ran = wasRunning && until === undefined;
  await expectPresent(ran ? expectRunning(ready, { id, name: container }, engine) : ready, `container ${container}`);
}

export async function renameContainer(
  { container, name, always }: OperationOf<'rename-container'>,
  { context: { engine }, results }: Step,
): Promise<void> {
  const id = results.containerId(container);
  // What undoes a change runs also where that was not made.
  if (always === true && (await engine.inspectContainer(id)).name === name) return;
  const renamed = engine.renameContainer(id, name).catch(async (error: unknown) => {
    if (!(error instanceof NotFound)) throw error;
    // Between two starts of a container the engine finds no network of it, and so cannot rename it; of one that has not
    // been stopped, the name only helps the command after one that is killed here. It rejects for one that is gone.
    await engine.inspectContainer(id);
  });
  await withoutSpaceToo(expectPresent(renamed, `container ${container}`), results);
  results.created(name, id);
}

/**
 * The engine refuses it in the moment in which a container has ended and is about to be started again; a moment later
 * it does not.
 */
export async function setRestartPolicy(
  { container, restart }: OperationOf<'set-restart-policy'>,
  { context: { engine, signal }, results }: Step,
): Promise<void> {
  const id = results.containerId(container);
  await retried(signal, async () =>
    withoutSpaceToo(expectPresent(engine.setRestartPolicy(id, restart), `container ${container}`), results),
  );
}

/** A full disk takes no new name and no policy; they only help the command after one that is killed here. */
async function withoutSpaceToo(work: Promise<void>, { lock }: Step['results']): Promise<void> {
  await work.catch((error: unknown) => {
    if (lock !== undefined || !(error instanceof EngineError) || error.code !== fullDiskCode) throw error;
  });
}

export async function stopContainer(
  { expected, limitSeconds }: OperationOf<'stop-container'>,
  { context: { engine } }: Step,
): Promise<void> {
  await expectPresent(engine.stopContainer(expected.id, limitSeconds), `container ${expected.name}`);
}

export async function removeContainer(
  { expected, withVolumes }: OperationOf<'remove-container'>,
  { context: { engine } }: Step,
): Promise<void> {
  const removal = engine.removeContainer(expected.id, { volumes: withVolumes === true });
  await expectPresent(removal, `container ${expected.name}`);
}

/** The kernel may fail to freeze processes that wait for a disk; a moment later it can. */
export async function pauseContainer(
  { expected }: OperationOf<'pause-container'>,
  { context: { engine, signal } }: Step,
): Promise<void> {
  await retried(signal, () => expectPresent(engine.pauseContainer(expected.id), `container ${expected.name}`)).catch(
    (error: unknown) => {
      throw error instanceof EngineError ? notPaused(expected.name, error) : error;
    },
  );
}

const attempts = 4;
const retryMs = 500;

/** What the engine refuses only for a moment. */
async function retried(signal: AbortSignal, work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof EngineError) || attempt === attempts) throw error;
    }
    await sleep(retryMs, signal);
  }
}

function notPaused(container: string, cause: EngineError): OperationFailed {
  return new OperationFailed(`${container} could not be paused: ${cause.message}`, {
    code: 'NOT_PAUSED',
    container,
    suggestions: ['stop it for the backup: --stop'],
    cause,
  });
}

/** Runs whatever failed before. A container that is not paused, or gone, is no error. */
export async function unpauseContainer(
  { expected }: OperationOf<'unpause-container'>,
  { context: { engine } }: Step,
): Promise<void> {
  await engine.unpauseContainer(expected.id).catch((error: unknown) => {
    if (!(error instanceof Conflict || error instanceof NotFound)) throw error;
  });
}
