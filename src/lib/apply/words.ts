import type { OperationKind } from '../plan/operation.ts';

/** How each kind of operation is called while it goes on and when it is done. */
export const words: Readonly<Record<OperationKind, { readonly working: string; readonly done: string }>> = {
  'lock': { working: 'waiting for the lock', done: 'locked' },
  'unlock': { working: 'releasing the lock', done: 'released' },
  'create-key': { working: 'making keys', done: 'keys made' },
  'make-base-images': { working: 'making base images', done: 'made' },
  'build-image': { working: 'building', done: 'built' },
  'pull-image': { working: 'pulling', done: 'pulled' },
  'create-network': { working: 'creating network', done: 'network created' },
  'remove-network': { working: 'removing network', done: 'network removed' },
  'create-volume': { working: 'creating volume', done: 'volume created' },
  'remove-volume': { working: 'removing volume', done: 'volume removed' },
  'create-container': { working: 'creating', done: 'created' },
  'put-files': { working: 'putting keys in', done: 'keys put in' },
  'start-container': { working: 'starting', done: 'started' },
  'wait-ready': { working: 'getting ready', done: 'ready' },
  'check-running': { working: 'looking once more', done: 'all running' },
  'wait-seconds': { working: 'waiting as run.conf says', done: 'waited' },
  'hold-names': { working: 'publishing names', done: 'names published' },
  'await-names': { working: 'waiting for names', done: 'names resolve' },
  'withdraw-names': { working: 'withdrawing names', done: 'names withdrawn' },
  'stop-container': { working: 'stopping', done: 'stopped' },
  'remove-container': { working: 'removing', done: 'removed' },
  'create-swarm-service': { working: 'creating service', done: 'service created' },
  'update-swarm-service': { working: 'updating service', done: 'service updated' },
  'remove-swarm-service': { working: 'removing service', done: 'service removed' },
};
