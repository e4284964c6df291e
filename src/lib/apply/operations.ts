import { definedOnly } from '../defined.ts';
import { Conflict, EngineError, NotFound, OperationFailed, StalePlan } from '../errors.ts';
import { sleep } from '../interrupt.ts';
import { packContext } from '../engine/archive/build-context.ts';
import { awaitReady, failure, times } from '../observe/readiness.ts';
import type { Operation, OperationKind, OperationOf } from '../plan/operation.ts';
import { areOverlapping } from '../plan/instance/subnets.ts';
import type { ApplyContext } from './context.ts';
import { completeData, prepareData } from './data/first-copy.ts';
import { ProjectLock } from './lock.ts';
import { makeBaseImages } from './make-base-images.ts';
import { deregisterService, putKey, registerService } from './registrations.ts';
import { awaitNames, holdNames, withdrawNames } from './dns-names.ts';
import { removeNetwork } from './remove-network.ts';
import { restoreData } from './data/restore-data.ts';
import { saveData } from './data/save-data.ts';
import { expectAbsent, expectPresent, withImage } from './expectations.ts';
import type { Step } from './step.ts';
import { toContainer } from './to-container.ts';
import { progressText } from './progress-text.ts';

/** A text says what was done where that is not what the kind is for. */
type Handler<K extends OperationKind> = (
  operation: OperationOf<K>,
  step: Step,
) => Promise<void> | Promise<string | undefined>;

/** One short function for each kind. What they do was decided by the planner; they only refuse what is no longer so. */
const handlers: { readonly [K in OperationKind]: Handler<K> } = {
  lock: async ({ owner }, { context, results }) => {
    const lock = new ProjectLock(owner, context);
    results.lock = lock;
    await lock.acquire();
  },
  unlock: async (_, { results }) => results.lock?.release(),
  'create-key': async ({ key }, { context, results }) => {
    const authority = key.certify === undefined ? undefined : await results.material(key.certify.by);
    results.key(key.name, await context.keys.create(key, authority));
  },
  'make-base-images': (operation, { context }) => makeBaseImages(operation, context),
  'build-image': buildImage,
  'pull-image': async ({ reference, platform, subject }, { context }) =>
    context.engine.pullImage(reference, {
      ...definedOnly({ platform }),
      signal: context.signal,
      onLine: output(context, subject),
    }),
  'create-network': createNetwork,
  'remove-network': removeNetwork,
  'create-volume': async ({ volume, labels }, { context }) => context.engine.createVolume({ name: volume, labels }),
  'prepare-data': prepareData,
  'complete-data': completeData,
  'save-data': saveData,
  'restore-data': restoreData,
  'pause-container': pauseContainer,
  // Whatever happened before, it ends unfrozen; one that is so already, or gone, is all right.
  'unpause-container': async ({ expected }, { context }) =>
    context.engine.unpauseContainer(expected.id).catch((error: unknown) => {
      if (!(error instanceof Conflict || error instanceof NotFound)) throw error;
    }),
  'remove-volume': async ({ volume }, { context }) =>
    expectPresent(context.engine.removeVolume(volume), `volume ${volume}`),
  'create-container': createContainer,
  'put-files': putFiles,
  'start-container': async ({ container }, { context, results }) =>
    expectPresent(context.engine.startContainer(results.containerId(container)), `container ${container}`),
  'wait-ready': async ({ container, limitSeconds, wasRunning }, { context, results }) =>
    expectPresent(
      awaitReady(context.engine, results.containerId(container), { limitSeconds, wasRunning, signal: context.signal }),
      `container ${container}`,
    ),
  'check-running': checkRunning,
  'wait-seconds': async ({ seconds }, { context }) => sleep(seconds * 1000, context.signal),
  'hold-names': holdNames,
  'await-names': awaitNames,
  'withdraw-names': withdrawNames,
  'stop-container': async ({ expected, limitSeconds }, { context }) =>
    expectPresent(context.engine.stopContainer(expected.id, limitSeconds), `container ${expected.name}`),
  'remove-container': async ({ expected, withVolumes }, { context }) =>
    expectPresent(
      context.engine.removeContainer(expected.id, { volumes: withVolumes === true }),
      `container ${expected.name}`,
    ),
  'register-service': registerService,
  'deregister-service': deregisterService,
  'put-key': putKey,
  'create-swarm-service': async ({ spec, labels }, { context, results }) => {
    if (spec.placement.kind !== 'swarm') throw new TypeError(`${spec.key} is not placed on a Swarm`);
    const config = await toContainer(asContainer(spec, labels), results);
    await expectAbsent(
      context.engine.createSwarmService(spec.container, config, spec.placement),
      `service ${spec.container}`,
    );
  },
  'update-swarm-service': async ({ spec, labels, serviceId, version }, { context, results }) => {
    if (spec.placement.kind !== 'swarm') throw new TypeError(`${spec.key} is not placed on a Swarm`);
    const config = await toContainer(asContainer(spec, labels), results);
    await expectPresent(
      context.engine.updateSwarmService(serviceId, version, spec.container, config, spec.placement),
      `service ${spec.container}`,
    );
  },
  'remove-swarm-service': async ({ serviceId, name }, { context }) =>
    expectPresent(context.engine.removeSwarmService(serviceId), `service ${name}`),
};

export async function runOperation(operation: Operation, step: Step): Promise<string> {
  const handler = handlers[operation.kind] as Handler<OperationKind>;
  return (await handler(operation, step)) ?? progressText(operation).done;
}

function asContainer(
  spec: OperationOf<'create-swarm-service'>['spec'],
  labels: OperationOf<'create-swarm-service'>['labels'],
): OperationOf<'create-container'> {
  return {
    id: '',
    subject: spec.key,
    cause: '',
    needs: [],
    kind: 'create-container',
    spec,
    labels,
    image: { reference: spec.image },
  };
}

function output(context: ApplyContext, subject: string): (line: string) => void {
  return (line) => context.progress({ type: 'output', subject, line });
}

async function buildImage(operation: OperationOf<'build-image'>, { context }: Step): Promise<void> {
  const { image, cache, subject } = operation;
  if (image.source.kind !== 'folder') throw new TypeError(`${image.reference} is not built from a folder`);
  const { directory, dockerfile, buildArgs, platform } = image.source;
  await context.engine.buildImage({
    context: await packContext(directory, { dockerfile }),
    dockerfile,
    buildArgs,
    cache,
    ...context.images.tags(operation),
    ...definedOnly({ platform }),
    onLine: output(context, subject),
    signal: context.signal,
  });
}

/** Another project may have taken the subnet since it was chosen; engines say that in words only, so we look. */
async function createNetwork(
  { network, subnet, dynamicRange, gateway, labels }: OperationOf<'create-network'>,
  step: Step,
): Promise<void> {
  const { context, results } = step;
  try {
    await expectAbsent(
      context.engine.createNetwork({ name: network, subnet, ipRange: dynamicRange, gateway, labels }),
      `network ${network}`,
    );
  } catch (error) {
    const taker = error instanceof EngineError ? await findTaker(subnet, step) : undefined;
    if (taker === undefined) throw error;
    throw new StalePlan(`subnet ${subnet} was taken by network ${taker} meanwhile`, {
      code: 'STALE_PLAN',
      cause: error,
    });
  }
  results.network(network, subnet);
}

const takerLooks = 8;
const takerLookMs = 250;

/** The engine reserves a subnet a moment before it lists the network that has it. */
async function findTaker(subnet: string, { context }: Step): Promise<string | undefined> {
  for (let look = 0; look < takerLooks; look += 1) {
    const taker = (await context.engine.listNetworks()).find(({ subnets }) =>
      subnets.some((other) => areOverlapping(other, subnet)),
    );
    if (taker !== undefined) return taker.name;
    await sleep(takerLookMs, context.signal);
  }
  return undefined;
}

async function createContainer(operation: OperationOf<'create-container'>, { context, results }: Step): Promise<void> {
  const {
    spec: { container, key },
    image,
  } = operation;
  const config = await toContainer(operation, results);
  const { id, warnings } = await withImage(image, key, context.engine, () =>
    expectAbsent(context.engine.createContainer(container, config), `container ${container}`),
  );
  results.created(container, id);
  for (const text of warnings) context.progress({ type: 'warning', text: `${key}: ${text}` });
}

async function putFiles({ spec }: OperationOf<'put-files'>, { context, results }: Step): Promise<void> {
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
  await expectPresent(
    context.engine.putFiles(results.containerId(spec.container), files, volumes),
    `container ${spec.container}`,
  );
}

/** One list call for all, and a closer look at whom no healthcheck watches: who has died since it started is told with its last lines. */
async function checkRunning({ containers }: OperationOf<'check-running'>, { context, results }: Step): Promise<void> {
  const rows = new Map((await context.engine.listContainers({ all: true })).map((row) => [row.id, row]));
  await Promise.all(
    containers.map(async (name) => {
      const id = results.containerId(name);
      const row = rows.get(id);
      if (row === undefined)
        throw new OperationFailed(`${name} was removed while it started`, { code: 'INSTANCE_GONE', container: name });
      if (row.state !== 'running') throw await failure(context.engine, row, `${name} did not stay up: ${row.status}`);
      const { restartCount, exitCode } =
        row.health === 'none' ? await context.engine.inspectContainer(id) : { restartCount: 0, exitCode: undefined };
      // The list still shows as running, for a moment, what has just died.
      if (restartCount === 0 && exitCode !== undefined)
        throw await failure(context.engine, row, `${name} did not stay up: exit code ${String(exitCode)}`);
      if (restartCount > 0)
        throw await failure(context.engine, row, `${name} did not stay up: it was restarted ${times(restartCount)}`);
    }),
  );
}

const pauseAttempts = 4;
const pauseRetryMs = 500;

/** A kernel may not manage to freeze processes that are deep in disk work; a moment later it does. */
async function pauseContainer(
  { expected }: OperationOf<'pause-container'>,
  { context: { engine, signal } }: Step,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await expectPresent(engine.pauseContainer(expected.id), `container ${expected.name}`);
    } catch (error) {
      if (error instanceof StalePlan || !(error instanceof EngineError)) throw error;
      if (attempt === pauseAttempts)
        throw new OperationFailed(`${expected.name} could not be paused: ${error.message}`, {
          code: 'NOT_PAUSED',
          container: expected.name,
          suggestions: ['take it stopped: --stop'],
          cause: error,
        });
    }
    await sleep(pauseRetryMs, signal);
  }
}
