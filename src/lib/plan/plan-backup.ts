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
  /**
   * The name of the container while it is stopped: it says to the command after one that is killed that no user has
   * stopped it. Absent: its own.
   */
  readonly aside?: string;
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
  const before = container === undefined || still === 'not running' ? [] : [quiet(container, still, place, builder)];
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
    continueInstance(
      container,
      place,
      saved,
      { cause: 'it was stopped for the backup', limitSeconds: options.timeoutSeconds },
      builder,
    );
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
  const stopped = container === undefined || !isUp ? [] : [quiet(container, 'stopped', place, builder)];
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
    continueInstance(
      container,
      place,
      restored,
      { cause: 'it was stopped for the restore', limitSeconds: timeoutSeconds },
      builder,
    );
  builder.verdicts.push({
    key,
    ...(container === undefined ? {} : { container: container.name }),
    verdict: 'replace',
    reason: `data from ${options.file}`,
    differences: [],
  });
  return builder.finish();
}

function quiet(
  container: ObservedContainer,
  how: 'paused' | 'stopped',
  { key, aside }: DataPlace,
  builder: PlanBuilder,
): string {
  const common = { subject: key, cause: 'no writes while its data is copied' };
  const expected = expectedOf(container);
  if (how === 'paused')
    return builder.add({ ...common, id: `pause ${key}`, kind: 'pause-container', needs: [], expected });
  const rename = { ...common, id: `set aside ${key}`, kind: 'rename-container', container: container.name } as const;
  const needs = aside === undefined ? [] : [builder.add({ ...rename, needs: [], name: aside })];
  return builder.add({
    ...common,
    id: `stop ${key}`,
    kind: 'stop-container',
    needs,
    expected,
    limitSeconds: undefined,
  });
}

/** Starts it, and gives it its own name when it runs. */
function continueInstance(
  container: ObservedContainer,
  { key, aside }: DataPlace,
  after: string,
  { cause, limitSeconds }: { readonly cause: string; readonly limitSeconds: number | undefined },
  builder: PlanBuilder,
): void {
  const common = { subject: key, cause, container: container.name };
  const start = { ...common, id: `start ${key}`, kind: 'start-container', expected: expectedOf(container) } as const;
  const started = builder.add({ ...start, needs: [after], always: true });
  const rename = { ...common, id: `name ${key}`, kind: 'rename-container', name: container.name } as const;
  const named = aside === undefined ? started : builder.add({ ...rename, needs: [started], always: true });
  builder.add({ ...common, id: `ready ${key}`, kind: 'wait-ready', needs: [named], limitSeconds, wasRunning: false });
}
