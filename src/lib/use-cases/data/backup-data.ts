import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { checkBackup, type CheckedBackup } from '../../apply/data/backup-file.ts';
import type { SavedFile } from '../../apply/context.ts';
import { UserError } from '../../errors.ts';
import { label } from '../../labels.ts';
import { gatherHostFacts } from '../../observe/host-facts.ts';
import { observe } from '../../observe/observe.ts';
import type { ObservedState } from '../../model/observed-state.ts';
import type { BackupManifest } from '../../plan/operation.ts';
import type { Plan } from '../../plan/plan.ts';
import { planBackup, planRestore, type DataPlace } from '../../plan/plan-backup.ts';
import { planAndApply, type ChangeContext } from '../apply-plan.ts';
import { findDataPlace, type DataQuery } from './data-place.ts';
import type { ChooseInstance } from '../inspect/find-instance.ts';
import type { OpenProject } from '../open-project.ts';

export interface BackupRequest extends DataQuery {
  /** Absent: a name of the instance and the time, in the working directory. */
  readonly output?: string;
  readonly stop: boolean;
  readonly timeoutSeconds: number;
  readonly workingDirectory: string;
  /** The command's clock. */
  readonly now: Date;
}

export interface BackupResult extends SavedFile {
  readonly plan: Plan;
  readonly key: string;
  readonly taken: BackupManifest['taken'];
}

export async function backupData(
  opened: OpenProject,
  request: BackupRequest,
  choose: ChooseInstance,
  context: ChangeContext,
): Promise<BackupResult> {
  const { engine, owner } = opened;
  const { service, stop, timeoutSeconds, now } = request;
  const seen = await observe(engine);
  const { instance, key, folders } = await findDataPlace(opened, seen, request, choose);
  const file = resolve(request.workingDirectory, request.output ?? `${owner.name}-${key}-${stamp(now)}.tar.gz`);
  if (existsSync(file))
    throw new UserError(`${file} already exists`, {
      code: 'FILE_EXISTS',
      suggestions: ['choose another name: --output FILE'],
    });
  let saved: SavedFile | undefined;
  const { plan } = await planAndApply(
    async () => {
      const observed = await observe(engine);
      const place = await findDataPlace(opened, observed, { service, instance }, choose);
      const manifest = {
        format: 1,
        project: owner.name,
        service,
        instance,
        image: place.container?.labels[label.image] ?? '',
        host: observed.engine.hostname,
        created: now.toISOString(),
        folders,
      } as const;
      return { observed, plan: planBackup(owner, place, { file, stop, timeoutSeconds, manifest }) };
    },
    opened.tools,
    {
      ...context,
      onSaved: (summary) => {
        saved = summary;
      },
    },
  );
  if (saved === undefined) throw new TypeError('a backup was planned and not written');
  return {
    plan,
    key,
    ...saved,
    taken:
      plan.operations.flatMap((operation) => (operation.kind === 'save-data' ? [operation.manifest.taken] : []))[0] ??
      'not running',
  };
}

export interface RestoreRequest extends DataQuery {
  readonly file: string;
  /** Also into an instance of another service. */
  readonly force: boolean;
  /** Files keep setuid and setgid bits, and capabilities. */
  readonly sameModes: boolean;
  readonly timeoutSeconds: number;
  readonly workingDirectory: string;
  readonly now: Date;
}

export interface RestoreResult {
  readonly plan: Plan;
  readonly key: string;
  readonly directory: string;
  /** What was there is beside it, under its name with this. */
  readonly asideSuffix: string;
  readonly manifest: BackupManifest;
}

/** The whole file is checked before anything is asked or touched. */
export async function restoreData(
  opened: OpenProject,
  request: RestoreRequest,
  choose: ChooseInstance,
  context: ChangeContext,
): Promise<RestoreResult> {
  const { engine, owner } = opened;
  const file = resolve(request.workingDirectory, request.file);
  if (!existsSync(file))
    throw new UserError(`${file} does not exist`, {
      code: 'NO_BACKUP',
      suggestions: [`make a backup: dockerops backup:${request.service},instance=${request.instance ?? 'NAME'}`],
    });
  const backup = await checkBackup(file, context.signal);
  const seen = await observe(engine);
  const place = await findDataPlace(opened, seen, request, choose);
  const { instance } = place;
  checkOrigin(backup, request, owner.name, place.key, context);
  const asideSuffix = `.before-${stamp(request.now)}`;
  const question = [
    `restoring the backup of ${backup.manifest.created} replaces the data of ${place.key}`,
    `in ${place.directory} on host ${seen.engine.hostname};`,
    `the present data is kept as <folder>${asideSuffix}${stops(place)}. Continue?`,
  ].join(' ');
  if (context.confirm !== undefined && !(await context.confirm(question, '--yes')))
    throw new UserError('nothing was changed', { code: 'NOT_CONFIRMED' });
  const { plan } = await planAndApply(
    async () => {
      const observed = await observe(engine);
      const now = await findDataPlace(opened, observed, { service: request.service, instance }, choose);
      const {
        sha256,
        manifest: { folders },
      } = backup;
      return {
        observed,
        plan: planRestore(owner, now, {
          file,
          sha256,
          folders,
          asideSuffix,
          images: imagesWithShell(observed, now, backup.manifest),
          onThisMachine: gatherHostFacts(engine.address, observed.engine, opened.client).local,
          sameModes: request.sameModes,
          timeoutSeconds: request.timeoutSeconds,
        }),
      };
    },
    opened.tools,
    context,
  );
  return { plan, key: place.key, directory: place.directory, asideSuffix, manifest: backup.manifest };
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

function stops({ container, key }: DataPlace): string {
  return container?.state === 'running' ? `, and ${key} is stopped during the restore` : '';
}

/** An image on the base image has a shell for sure; the instance's own may. */
function imagesWithShell(
  { images }: ObservedState,
  { container }: DataPlace,
  { image }: BackupManifest,
): readonly string[] {
  const onBase = images
    .filter(({ labels }) => labels[label.base] !== undefined)
    .map(({ id }) => id)
    .sort()[0];
  const own =
    container?.imageId ??
    images.find(({ references }) => references.includes(image) || references.includes(`${image}:latest`))?.id;
  return [...new Set([onBase, own])].filter((id) => id !== undefined);
}

/** `20260102T030405Z` */
function stamp(now: Date): string {
  return now.toISOString().replace(/[-:]|\.\d+/g, '');
}
