import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import type { SavedFile } from '../../apply/context.ts';
import { UserError } from '../../errors.ts';
import { label } from '../../labels.ts';
import type { ObservedState } from '../../model/observed-state.ts';
import { observe } from '../../observe/observe.ts';
import type { BackupManifest } from '../../plan/operation-parts.ts';
import { planBackup } from '../../plan/plan-backup.ts';
import type { Plan } from '../../plan/plan.ts';
import { planAndApply, type ChangeContext } from '../apply-plan.ts';
import type { ChooseInstance } from '../inspect/find-instance.ts';
import type { OpenProject } from '../open-project.ts';
import { findDataPlace, type DataQuery, type InstanceData } from './data-place.ts';

export interface BackupRequest extends DataQuery {
  /** Absent: a file in the working directory, named after the instance and the time. */
  readonly output?: string;
  readonly stop: boolean;
  readonly timeoutSeconds?: number;
  readonly workingDirectory: string;
  readonly now: Date;
}

export interface BackupResult extends SavedFile {
  readonly plan: Plan;
  readonly key: string;
  readonly taken: BackupManifest['taken'];
}

/** Saves the persistent data of an instance to a new file. */
export async function backupData(
  opened: OpenProject,
  request: BackupRequest,
  choose: ChooseInstance,
  context: ChangeContext,
): Promise<BackupResult> {
  const { engine, owner, tools } = opened;
  const { service, stop, timeoutSeconds } = request;
  const { instance, key, folders } = await findDataPlace(opened, await observe(engine), request, choose);
  const file = newFile(request, `${owner.name}-${key}`);
  let saved: SavedFile | undefined;
  const { plan } = await planAndApply(
    async () => {
      const observed = await observe(engine);
      const place = await findDataPlace(opened, observed, { service, instance }, choose);
      const manifest = { ...manifestOf(opened, place, observed, request), folders };
      return { observed, plan: planBackup(owner, place, { file, stop, timeoutSeconds, manifest }) };
    },
    tools,
    { ...context, onSaved: (summary) => void (saved = summary) },
  );
  if (saved === undefined) throw new TypeError('a backup was planned and not written');
  return { plan, key, ...saved, taken: takenOf(plan) };
}

function newFile({ workingDirectory, output, now }: BackupRequest, name: string): string {
  const file = resolve(workingDirectory, output ?? `${name}-${timestamp(now)}.tar.gz`);
  if (!existsSync(file)) return file;
  throw new UserError(`${file} already exists`, {
    code: 'FILE_EXISTS',
    suggestions: ['choose another name: --output FILE'],
  });
}

function manifestOf(
  { owner }: OpenProject,
  { instance, container }: InstanceData,
  { engine }: ObservedState,
  { service, now }: BackupRequest,
): Omit<BackupManifest, 'taken' | 'folders'> {
  return {
    format: 1,
    project: owner.name,
    service,
    instance,
    image: container?.labels[label.image] ?? '',
    host: engine.hostname,
    created: now.toISOString(),
  };
}

function takenOf({ operations }: Plan): BackupManifest['taken'] {
  return operations.find((operation) => operation.kind === 'save-data')?.manifest.taken ?? 'not running';
}

/** For names of files: `20260102T030405Z` */
export function timestamp(time: Date): string {
  return time.toISOString().replace(/[-:]|\.\d+/g, '');
}
