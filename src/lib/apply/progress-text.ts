import type { KeySpec } from '../model/desired.ts';
import type { Operation, OperationKind } from '../plan/operation.ts';

/** What a progress display says of an operation, while it works (`starting`) and when it is done (`started`). */
interface ProgressText {
  readonly working: string;
  readonly done: string;
}

export function progressText(operation: Operation): ProgressText {
  return operation.kind === 'create-key' ? keyText(operation.key) : texts[operation.kind];
}

function keyText({ name, keep }: KeySpec): ProgressText {
  const key = keep === 'instance' ? 'instance key' : `project key ${name}`;
  return { working: `creating ${key}`, done: `${key} created` };
}

const texts: Readonly<Record<Exclude<OperationKind, 'create-key'>, ProgressText>> = {
  lock: { working: 'waiting for the lock', done: 'locked' },
  unlock: { working: 'releasing the lock', done: 'released' },
  'make-base-images': { working: 'making base images', done: 'base images made' },
  'build-image': { working: 'building', done: 'built' },
  'pull-image': { working: 'pulling', done: 'pulled' },
  'create-network': { working: 'creating network', done: 'network created' },
  'remove-network': { working: 'removing network', done: 'network removed' },
  'create-volume': { working: 'creating volume', done: 'volume created' },
  'prepare-data': { working: 'preparing data directory', done: 'data directory ready' },
  'complete-data': { working: 'completing the first copy of its data', done: 'data complete' },
  'save-data': { working: 'saving data', done: 'data saved' },
  'restore-data': { working: 'restoring data', done: 'data restored' },
  'pause-container': { working: 'pausing', done: 'paused' },
  'unpause-container': { working: 'resuming', done: 'resumed' },
  'remove-volume': { working: 'removing volume', done: 'volume removed' },
  'create-container': { working: 'creating', done: 'created' },
  'put-files': { working: 'copying keys and secrets', done: 'keys and secrets copied' },
  'start-container': { working: 'starting', done: 'started' },
  'wait-ready': { working: 'waiting until ready', done: 'ready' },
  'check-running': { working: 'checking that all still run', done: 'all running' },
  'wait-seconds': { working: 'waiting', done: 'waited' },
  'hold-names': { working: 'publishing DNS names', done: 'DNS names published' },
  'await-names': { working: 'waiting for DNS names', done: 'DNS names resolve' },
  'withdraw-names': { working: 'withdrawing DNS names', done: 'DNS names withdrawn' },
  'stop-container': { working: 'stopping', done: 'stopped' },
  'remove-container': { working: 'removing', done: 'removed' },
  'register-service': { working: 'registering', done: 'registered' },
  'deregister-service': { working: 'deregistering', done: 'deregistered' },
  'put-key': { working: 'writing', done: 'written' },
  'create-swarm-service': { working: 'creating service', done: 'service created' },
  'update-swarm-service': { working: 'updating service', done: 'service updated' },
  'remove-swarm-service': { working: 'removing service', done: 'service removed' },
};
