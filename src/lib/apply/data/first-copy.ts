import { basename } from 'node:path/posix';
import { emptyImage } from '../../engine/archive/empty-image.ts';
import type { Engine } from '../../engine/engine.ts';
import { OperationFailed, ignoreNotFound } from '../../errors.ts';
import type { DataFolder, OperationOf } from '../../plan/operation.ts';
import { ownerLabels } from '../../plan/ownership.ts';
import type { Owner } from '../../model/desired.ts';
import { about, directoriesTar, exists, look, mark, staging, type FolderState } from './data-directory.ts';
import { makeDataDirectory } from './private-directory.ts';
import { withHelper } from '../helper-container.ts';
import { digitsOf, helperPlace, withDirectory } from '../host-directory.ts';
import type { Step } from '../step.ts';
import { withImage } from '../expectations.ts';

/** `begun`: empty, so the engine copies. `unfinished`: it had begun before, and was interrupted. */
export type FirstCopy = 'kept' | 'begun' | 'unfinished';

/** Content without a mark is somebody's data, whatever it is; so is content that a container has run with. */
export function judge({ mark, content, isOldTools }: FolderState, mayFinish: boolean): FirstCopy {
  if (content !== 'some') return 'begun';
  return mark === 'copying' && mayFinish && !isOldTools ? 'unfinished' : 'kept';
}

/** Makes what is missing. */
export async function prepareData(
  { owner, directory, folders, onThisMachine }: OperationOf<'prepare-data'>,
  { context }: Step,
): Promise<void> {
  const { engine } = context;
  const isOuter = folders.every(({ shared }) => shared);
  await about(
    directory,
    (async () => {
      await makeDataDirectory({ owner, directory, isOuter, onThisMachine }, context);
      await withDirectory(engine, owner, directory, (helper) => makeFolders(engine, helper, directory, folders));
    })(),
  );
}

async function makeFolders(
  engine: Engine,
  helper: string,
  directory: string,
  folders: readonly DataFolder[],
): Promise<void> {
  for (const { name, shared } of folders) {
    const state = await look(engine, helper, name);
    if (state.content !== 'absent') continue;
    if (state.mark === 'restoring') throw halfRestored(`${directory}/${name}`);
    await engine.putArchive(helper, helperPlace, await directoriesTar([{ name, mode: shared ? 0o1777 : 0o755 }]));
  }
}

/**
 * The first copy, from its first mark to its last: whenever it is interrupted, the next one knows. The engine makes it
 * for a container that cannot start and goes again, so that no folder with the mark of a half copy was ever an
 * instance's, whoever starts containers by hand.
 */
export async function completeData(operation: OperationOf<'complete-data'>, { context }: Step): Promise<void> {
  const { owner, directory, folders, subject } = operation;
  const { engine } = context;
  await about(
    directory,
    withDirectory(engine, owner, directory, async (helper) => {
      if (await exists(engine, helper, staging))
        context.progress({
          type: 'warning',
          text: `${directory}/${staging} was left by a restore that was interrupted; the next restore takes it away, or remove it`,
        });
      const copies: Copies = { begun: [], unfinished: [], kept: [] };
      for (const folder of folders) copies[await beginCopy(engine, helper, folder)].push(folder);
      for (const { name } of copies.unfinished)
        context.progress({
          type: 'notice',
          text: `finishing the first copy of ${directory}/${name}, which was interrupted`,
        });
      const copied = [...copies.begun, ...copies.unfinished];
      if (copied.length === 0) return;
      await withImage(operation.image, subject, engine, (image) => copyFrom(image, copies, operation, engine));
      for (const { name } of copied) await mark(engine, helper, name, 'complete');
    }),
  );
}

type Copies = Record<FirstCopy, DataFolder[]>;

async function beginCopy(engine: Engine, helper: string, { name, mayFinish }: DataFolder): Promise<FirstCopy> {
  const state = await look(engine, helper, name);
  const copy = judge(state, mayFinish);
  if (copy === 'begun') await mark(engine, helper, name, 'copying');
  // A restore that was undone, or interrupted after its last rename, leaves the folder whole.
  else if (copy === 'kept' && (state.mark === 'copying' || state.mark === 'restoring'))
    await mark(engine, helper, name, 'complete');
  return copy;
}

/**
 * Making the container fills the empty folders. The others are not mounted, so that what the image has there can be
 * read.
 */
async function copyFrom(
  image: string,
  { begun, unfinished }: Copies,
  { owner, directory }: OperationOf<'complete-data'>,
  engine: Engine,
): Promise<void> {
  const mounts = begun.map(
    ({ name, target }) =>
      ({ kind: 'data', directory: `${directory}/${name}`, target, labels: ownerLabels(owner) }) as const,
  );
  await withHelper(
    engine,
    owner,
    `image-${digitsOf(directory)}`,
    { image, entrypoint: ['-'], command: [], mounts },
    async (source) => {
      for (const folder of unfinished) await copyOver(engine, source, { owner, directory, folder });
    },
  );
}

/**
 * A path that ends with a slash follows a link, and names what is in it as in its parent: so it can be unpacked at a
 * root, from where no link leads out.
 */
async function copyOver(
  engine: Engine,
  source: string,
  {
    owner,
    directory,
    folder: { name, target },
  }: { readonly owner: Owner; readonly directory: string; readonly folder: DataFolder },
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

function halfRestored(directory: string): OperationFailed {
  return new OperationFailed(
    `${directory} is not there, because a restore was interrupted when it had moved the data aside`,
    {
      code: 'HALF_RESTORED',
      suggestions: [
        'do that restore again',
        `or put the former data back: mv ${directory}.before-<time> ${directory}, on the host of the engine`,
      ],
    },
  );
}
