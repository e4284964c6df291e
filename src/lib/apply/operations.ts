import { OperationFailed } from '../errors.ts';
import { sleep } from '../interrupt.ts';
import type { Operation, OperationKind, OperationOf } from '../plan/operation.ts';
import { checkRunning } from './check-running.ts';
import * as containers from './containers.ts';
import { completeData } from './data/complete-data.ts';
import { prepareData } from './data/prepare-data.ts';
import { restoreData } from './data/restore-data.ts';
import { saveData } from './data/save-data.ts';
import { awaitNames, holdNames, restartClient, withdrawNames } from './dns-names.ts';
import { expectPresent } from './expectations.ts';
import { buildImage, makeBaseImages, pullImage, removeImage } from './images.ts';
import { ProjectLock, lockNoSpaceCode } from './lock.ts';
import { createNetwork, removeNetwork } from './networks.ts';
import { progressText } from './progress-text.ts';
import { changeKeys } from './change-keys.ts';
import { deregisterService, putKey, registerService } from './registrations.ts';
import { sendImage } from './send-image.ts';
import type { Step } from './step.ts';
import { writeLock } from './write-lock.ts';
import { createSwarmService, removeSwarmService, updateSwarmService } from './swarm-services.ts';

/** Resolves with a text only where the usual one for a finished operation would be wrong. */
type Handler<K extends OperationKind> = (
  operation: OperationOf<K>,
  step: Step,
) => Promise<void> | Promise<string | undefined>;

/** One function for each kind. The planner has made the decisions; they only refuse what has changed since. */
const handlers: { readonly [K in OperationKind]: Handler<K> } = {
  lock: acquireLock,
  unlock: async (_, { results }) => results.lock?.release(),
  'create-key': createKey,
  'make-base-images': makeBaseImages,
  'build-image': buildImage,
  'pull-image': pullImage,
  'remove-image': removeImage,
  'write-lock': writeLock,
  'send-image': sendImage,
  'create-network': createNetwork,
  'remove-network': removeNetwork,
  'create-volume': async ({ volume, labels }, { context }) => context.engine.createVolume({ name: volume, labels }),
  'remove-volume': async ({ volume }, { context }) =>
    expectPresent(context.engine.removeVolume(volume), `volume ${volume}`),
  'prepare-data': prepareData,
  'complete-data': completeData,
  'save-data': saveData,
  'restore-data': restoreData,
  'create-container': containers.createContainer,
  'put-files': containers.putFiles,
  'start-container': containers.startContainer,
  'wait-ready': containers.waitReady,
  'check-running': checkRunning,
  'wait-seconds': async ({ seconds }, { context }) => sleep(seconds * 1000, context.signal),
  'pause-container': containers.pauseContainer,
  'unpause-container': containers.unpauseContainer,
  'rename-container': containers.renameContainer,
  'set-restart-policy': containers.setRestartPolicy,
  'stop-container': containers.stopContainer,
  'remove-container': containers.removeContainer,
  'hold-names': holdNames,
  'await-names': awaitNames,
  'withdraw-names': withdrawNames,
  'restart-client': restartClient,
  'register-service': registerService,
  'deregister-service': deregisterService,
  'put-key': putKey,
  'change-keys': changeKeys,
  'create-swarm-service': createSwarmService,
  'update-swarm-service': updateSwarmService,
  'remove-swarm-service': removeSwarmService,
};

/** Resolves with what to show of the finished operation. */
export async function runOperation(operation: Operation, step: Step): Promise<string> {
  const handler = handlers[operation.kind] as Handler<OperationKind>;
  return (await handler(operation, step)) ?? progressText(operation).done;
}

async function acquireLock(
  { owner, withoutSpace }: OperationOf<'lock'>,
  { context, results }: Step,
): Promise<string | undefined> {
  const make = (): ProjectLock => new ProjectLock(owner, context);
  const lock = context.lock?.open(make) ?? make();
  results.lock = lock;
  try {
    await lock.acquire();
    return undefined;
  } catch (error) {
    if (withoutSpace !== true || !(error instanceof OperationFailed) || error.code !== lockNoSpaceCode) throw error;
    results.lock = undefined;
    context.progress({ type: 'warning', text: error.message });
    return 'working without a lock';
  }
}

async function createKey({ key }: OperationOf<'create-key'>, { context, results }: Step): Promise<void> {
  const authority = key.certify === undefined ? undefined : await results.material(key.certify.by);
  results.key(key.name, await context.keys.create(key, authority));
}
