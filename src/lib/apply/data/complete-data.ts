import { basename } from 'node:path/posix';
import { emptyImage } from '../../engine/archive/empty-image.ts';
import type { Engine } from '../../engine/engine.ts';
import { ignoreNotFound } from '../../errors.ts';
import type { OperationOf } from '../../plan/operation.ts';
import type { DataFolder } from '../../plan/operation-parts.ts';
import { ownerLabels } from '../../plan/ownership.ts';
import type { ApplyContext } from '../context.ts';
import { withImage } from '../expectations.ts';
import { withHelper } from '../helper-container.ts';
import { digitsOf, withDirectory } from '../host-directory.ts';
import type { Step } from '../step.ts';
import { inDirectory, staging } from './data-directory.ts';
import { exists } from './engine-archive.ts';
import { writeMark } from './folder-mark.ts';
import { readFolderState, type FolderState } from './folder-state.ts';

type CompleteData = OperationOf<'complete-data'>;

/**
 * `begun`: the folder is empty, so the engine copies. `unfinished`: an earlier copy was interrupted. `kept`: no copy.
 */
export type FirstCopy = 'kept' | 'begun' | 'unfinished';
type Copies = Record<FirstCopy, DataFolder[]>;

/** Content without a mark is somebody's data, whatever it is. So is content that a container has run with. */
export function firstCopyOf({ mark, content, isOldTools }: FolderState, mayFinish: boolean): FirstCopy {
  if (content !== 'some') return 'begun';
  return mark === 'copying' && mayFinish && !isOldTools ? 'unfinished' : 'kept';
}

/**
 * Makes the first copy of what the image has in the data folders, between two marks, so that the next run knows when it
 * was interrupted. The copy is made for a container that cannot start and is removed again: a folder that is marked as
 * half copied has never been mounted by an instance, whoever starts containers by hand.
 */
export async function completeData(operation: CompleteData, { context }: Step): Promise<void> {
  const { owner, directory } = operation;
  await inDirectory(directory, () =>
    withDirectory(context.engine, owner, directory, (helper) => completeIn(helper, operation, context)),
  );
}

async function completeIn(helper: string, operation: CompleteData, context: ApplyContext): Promise<void> {
  const { directory, folders, image, subject } = operation;
  const { engine } = context;
  await warnOfStaging(helper, directory, context);
  const copies: Copies = { begun: [], unfinished: [], kept: [] };
  for (const folder of folders) copies[await beginCopy(engine, helper, folder)].push(folder);
  for (const { name } of copies.unfinished)
    context.progress({
      type: 'notice',
      text: `finishing the first copy of ${directory}/${name}, which was interrupted`,
    });
  const copied = [...copies.begun, ...copies.unfinished];
  if (copied.length === 0) return;
  await withImage(image, subject, engine, (found) => copyFrom(found, copies, operation, engine));
  for (const { name } of copied) await writeMark(engine, helper, name, 'complete');
}

async function warnOfStaging(helper: string, directory: string, { engine, progress }: ApplyContext): Promise<void> {
  if (!(await exists(engine, helper, staging))) return;
  const left = `${directory}/${staging} was left by a restore that was interrupted`;
  progress({ type: 'warning', text: `${left}; remove it, or the next restore will` });
}

async function beginCopy(engine: Engine, helper: string, { name, mayFinish }: DataFolder): Promise<FirstCopy> {
  const state = await readFolderState(engine, helper, name);
  const copy = firstCopyOf(state, mayFinish);
  if (copy === 'begun') await writeMark(engine, helper, name, 'copying');
  // After a restore that was undone, or interrupted after its last rename, the folder is complete.
  else if (copy === 'kept' && (state.mark === 'copying' || state.mark === 'restoring'))
    await writeMark(engine, helper, name, 'complete');
  return copy;
}

/**
 * Creating the container fills the empty folders. The others are not mounted, so the image's content can be read there.
 */
async function copyFrom(
  image: string,
  { begun, unfinished }: Copies,
  { owner, directory }: CompleteData,
  engine: Engine,
): Promise<void> {
  const labels = ownerLabels(owner);
  const mounts = begun.map(
    ({ name, target }) => ({ kind: 'data', directory: `${directory}/${name}`, target, labels }) as const,
  );
  const config = { image, entrypoint: ['-'], command: [], mounts };
  await withHelper(engine, owner, `image-${digitsOf(directory)}`, config, async (source) => {
    for (const folder of unfinished) await copyOver(engine, source, { owner, directory }, folder);
  });
}

/**
 * Copies what the image has at a folder's target over the folder. The path ends with a slash, so a link is followed and
 * the entries have the target's name; they are unpacked at the root of a helper, out of which no link leads.
 */
async function copyOver(
  engine: Engine,
  source: string,
  { owner, directory }: Pick<CompleteData, 'owner' | 'directory'>,
  { name, target }: DataFolder,
): Promise<void> {
  const content = await engine.readArchive(source, `${target}/`).catch(ignoreNotFound);
  if (content === undefined) return;
  const mounts = [{ kind: 'directory', directory: `${directory}/${name}`, target: `/${basename(target)}` }] as const;
  await withHelper(
    engine,
    owner,
    `copy-${digitsOf(directory)}`,
    { image: emptyImage, command: ['-'], mounts },
    (helper) => engine.putArchive(helper, '/', content),
  );
}
