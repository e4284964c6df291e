import type { ObservedContainer } from '../model/observed-state.ts';
import type { Owner } from '../model/desired.ts';
import type { OperationOf } from './operation.ts';
import type { BackupManifest } from './operation-parts.ts';
import type { Plan } from './plan.ts';
import { PlanBuilder } from './builder.ts';
import { hasProcesses } from './has-processes.ts';
import { expectedOf } from './remove.ts';

/** The data of one instance on the engine's host, and the container that uses it, if there is one. */
export interface DataPlace {
  readonly key: string;
  readonly directory: string;
  readonly folders: readonly string[];
  readonly container: ObservedContainer | undefined;
}

export interface BackupOptions {
  readonly file: string;
  /** Stop the instance while its data is read, instead of pausing it. */
  readonly stop: boolean;
  readonly timeoutSeconds: number | undefined;
  readonly manifest: Omit<BackupManifest, 'taken'>;
}

/**
 * Reads the data while nothing writes to it. A running instance is paused, which leaves what a power failure would
 * leave, or stopped. It runs again afterwards, whether or not the backup succeeded.
 */
export function planBackup(owner: Owner, place: DataPlace, options: BackupOptions): Plan {
  const builder = new PlanBuilder(owner);
  const { key, container, directory, folders } = place;
  const common = { subject: key, cause: 'requested' };
  const isUp = container?.state === 'running' || container?.state === 'restarting';
  const still = isUp ? (options.stop ? 'stopped' : 'paused') : 'not running';
  if (container?.state === 'restarting' && !options.stop)
    builder.blockers.push({
      subject: key,
      message: `${container.name} keeps restarting and cannot be paused`,
      suggestions: ['stop it for the backup: --stop'],
    });
  const before = container === undefined || still === 'not running' ? [] : [quiet(container, still, builder, key)];
  const saved = builder.add({
    ...common,
    id: `save ${key}`,
    kind: 'save-data',
    needs: before,
    owner,
    directory,
    folders,
    file: options.file,
    manifest: { ...options.manifest, taken: still },
  });
  if (container !== undefined && still === 'paused')
    builder.add({
      ...common,
      cause: 'it was paused for the backup',
      id: `unpause ${key}`,
      kind: 'unpause-container',
      needs: [saved],
      expected: expectedOf(container),
      always: true,
    });
  if (container !== undefined && still === 'stopped')
    continueInstance(container, key, saved, 'it was stopped for the backup', options.timeoutSeconds, builder);
  builder.verdicts.push({
    key,
    ...(container === undefined ? {} : { container: container.name }),
    verdict: 'keep',
    reason: `backed up while ${still}`,
    differences: [],
  });
  return builder.finish();
}

export interface RestoreOptions extends Pick<
  OperationOf<'restore-data'>,
  'file' | 'sha256' | 'folders' | 'asideSuffix' | 'images' | 'onThisMachine' | 'sameModes'
> {
  readonly timeoutSeconds: number | undefined;
}

/**
 * Stops a running instance, replaces its data, and starts it again, also when the restore failed and nothing was
 * replaced.
 */
export function planRestore(owner: Owner, place: DataPlace, options: RestoreOptions): Plan {
  const builder = new PlanBuilder(owner);
  const { key, container, directory } = place;
  const isUp = container !== undefined && hasProcesses(container);
  const stopped = container === undefined || !isUp ? [] : [quiet(container, 'stopped', builder, key)];
  const { timeoutSeconds, ...what } = options;
  const restored = builder.add({
    subject: key,
    cause: 'requested',
    id: `restore ${key}`,
    kind: 'restore-data',
    needs: stopped,
    owner,
    directory,
    ...what,
  });
  if (container !== undefined && isUp)
    continueInstance(container, key, restored, 'it was stopped for the restore', timeoutSeconds, builder);
  builder.verdicts.push({
    key,
    ...(container === undefined ? {} : { container: container.name }),
    verdict: 'replace',
    reason: `data from ${options.file}`,
    differences: [],
  });
  return builder.finish();
}

function quiet(container: ObservedContainer, how: 'paused' | 'stopped', builder: PlanBuilder, key: string): string {
  const common = {
    subject: key,
    cause: 'no writes while its data is copied',
    needs: [],
    expected: expectedOf(container),
  };
  return how === 'paused'
    ? builder.add({ ...common, id: `pause ${key}`, kind: 'pause-container' })
    : builder.add({ ...common, id: `stop ${key}`, kind: 'stop-container', limitSeconds: undefined });
}

function continueInstance(
  container: ObservedContainer,
  key: string,
  after: string,
  cause: string,
  limitSeconds: number | undefined,
  builder: PlanBuilder,
): void {
  const started = builder.add({
    subject: key,
    cause,
    id: `start ${key}`,
    kind: 'start-container',
    needs: [after],
    container: container.name,
    expected: expectedOf(container),
    always: true,
  });
  builder.add({
    subject: key,
    cause,
    id: `ready ${key}`,
    kind: 'wait-ready',
    needs: [started],
    container: container.name,
    limitSeconds,
    wasRunning: false,
  });
}
