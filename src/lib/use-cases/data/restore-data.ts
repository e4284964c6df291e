import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkBackup, type CheckedBackup } from '../../apply/data/check-backup.ts';
import { UserError } from '../../errors.ts';
import { label } from '../../labels.ts';
import type { ObservedState } from '../../model/observed-state.ts';
import { gatherHostFacts } from '../../observe/host-facts.ts';
import { observe } from '../../observe/observe.ts';
import type { BackupManifest } from '../../plan/operation-parts.ts';
import { planRestore, type DataPlace } from '../../plan/plan-backup.ts';
import type { Plan } from '../../plan/plan.ts';
import { planAndApply, type ChangeContext, type Preview } from '../apply-plan.ts';
import type { ChooseInstance } from '../inspect/find-instance.ts';
import type { OpenProject } from '../open-project.ts';
import { timestamp } from './backup-data.ts';
import { findDataPlace, type DataQuery, type InstanceData } from './data-place.ts';

export interface RestoreRequest extends DataQuery {
  readonly file: string;
  /** Accept a backup of another service. */
  readonly force: boolean;
  /** Files keep setuid and setgid bits, and capabilities. */
  readonly sameModes: boolean;
  readonly timeoutSeconds?: number;
  readonly workingDirectory: string;
  readonly now: Date;
}

export interface RestoreResult {
  readonly plan: Plan;
  readonly key: string;
  readonly directory: string;
  /** The previous data is kept in the same directory, in folders with this suffix. */
  readonly asideSuffix: string;
  readonly manifest: BackupManifest;
}

/**
 * Replaces the data of an instance with that of a backup. The whole file is checked before anything is asked or
 * changed.
 */
export async function restoreData(
  opened: OpenProject,
  request: RestoreRequest,
  choose: ChooseInstance,
  context: ChangeContext,
): Promise<RestoreResult> {
  const file = existingFile(request);
  const backup = await checkBackup(file, context.signal);
  const observed = await observe(opened.engine);
  const place = await findDataPlace(opened, observed, request, choose);
  checkOrigin(backup, request, opened.owner.name, place.key, context);
  const asideSuffix = `.before-${timestamp(request.now)}`;
  await confirmRestore(backup, place, observed, asideSuffix, context);
  const query = { service: request.service, instance: place.instance };
  const preview = async (): Promise<Preview> => {
    const now = await observe(opened.engine);
    const target = await findDataPlace(opened, now, query, choose);
    return { observed: now, plan: planOf(opened, target, now, { file, backup, asideSuffix, request }) };
  };
  const { plan } = await planAndApply(preview, opened.tools, context);
  return { plan, key: place.key, directory: place.directory, asideSuffix, manifest: backup.manifest };
}

function existingFile(request: RestoreRequest): string {
  const file = resolve(request.workingDirectory, request.file);
  if (existsSync(file)) return file;
  throw new UserError(`${file} does not exist`, {
    code: 'NO_BACKUP',
    suggestions: [`make a backup: dockerops backup:${request.service},instance=${request.instance ?? 'NAME'}`],
  });
}

function checkOrigin(
  { manifest }: CheckedBackup,
  { service, force }: RestoreRequest,
  project: string,
  key: string,
  context: ChangeContext,
): void {
  const from = `${manifest.service}-${manifest.instance}`;
  if (manifest.service !== service && !force) {
    throw new UserError(`the backup is of ${from}, not of service ${service}`, {
      code: 'OTHER_SERVICE',
      suggestions: ['restore it anyway: --force'],
    });
  }
  if (from !== key || manifest.project !== project)
    context.warn(`the backup is of ${from} of project ${manifest.project}`);
}

async function confirmRestore(
  { manifest }: CheckedBackup,
  { key, directory, container }: DataPlace,
  { engine }: ObservedState,
  asideSuffix: string,
  { confirm }: ChangeContext,
): Promise<void> {
  const stops = container?.state === 'running' ? `, and ${key} is stopped during the restore` : '';
  const question = [
    `restoring the backup of ${manifest.created} replaces the data of ${key}`,
    `in ${directory} on host ${engine.hostname};`,
    `the present data is kept as <folder>${asideSuffix}${stops}. Continue?`,
  ].join(' ');
  if (confirm !== undefined && !(await confirm(question, '--yes')))
    throw new UserError('nothing was changed', { code: 'NOT_CONFIRMED' });
}

interface Restore {
  readonly file: string;
  readonly backup: CheckedBackup;
  readonly asideSuffix: string;
  readonly request: RestoreRequest;
}

function planOf(
  { engine, owner, client }: OpenProject,
  place: InstanceData,
  observed: ObservedState,
  { file, backup, asideSuffix, request }: Restore,
): Plan {
  const { sha256, manifest } = backup;
  const { sameModes, timeoutSeconds } = request;
  return planRestore(owner, place, {
    file,
    sha256,
    folders: manifest.folders,
    asideSuffix,
    images: imagesWithShell(observed, place, manifest),
    onThisMachine: gatherHostFacts(engine.address, observed.engine, client).local,
    sameModes,
    timeoutSeconds,
  });
}

/** Ids of images to try. One based on the base image has a shell for sure; the instance's own may have one. */
function imagesWithShell(
  { images }: ObservedState,
  { container }: DataPlace,
  { image }: BackupManifest,
): readonly string[] {
  const onBase = images.filter(({ labels }) => labels[label.base] !== undefined).map(({ id }) => id);
  const named = images.find(({ references }) => references.includes(image) || references.includes(`${image}:latest`));
  const candidates = [onBase.sort()[0], container?.imageId ?? named?.id];
  return [...new Set(candidates)].filter((id) => id !== undefined);
}
