import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { DockeropsError, NotFound, OperationFailed } from '../errors.ts';
import type { Engine } from '../engine/engine.ts';
import type { DataFolder, OperationOf } from '../plan/operation.ts';
import { digitsOf, withDirectory, withHelper, helperPlace } from './helper-container.ts';
import type { Step } from './operations.ts';

/** What a mark beside a folder says of it. */
export type Mark = 'none' | 'copying' | 'complete' | 'restoring';
/** `begun`: empty, so the engine copies when the container is made. `unfinished`: it had begun before, and was interrupted. */
export type FirstCopy = 'kept' | 'begun' | 'unfinished';

export interface FolderState {
  readonly mark: Mark;
  readonly content: 'absent' | 'empty' | 'some';
  /** The old tool's own mark lies inside. */
  readonly isOldTools: boolean;
}

/** Content without a mark is somebody's data, whatever it is; so is content that a container has run with. */
export function judge({ mark, content, isOldTools }: FolderState, mayFinish: boolean): FirstCopy {
  if (content !== 'some') return 'begun';
  return mark === 'copying' && mayFinish && !isOldTools ? 'unfinished' : 'kept';
}

const sentences = { copying: 'the first copy of what the image has here is not complete yet', complete: 'what is in the folder is whole', restoring: 'a restore moved the data aside and has not put the other in its place yet' } as const;
/** Where the old tool's first copy was complete. */
const oldMark = '.persistent_initialized';

/** Makes what is missing, and marks what is to be copied before anything is: whenever this is interrupted, the next one knows. */
export async function prepareData({ owner, directory, folders, onThisMachine }: OperationOf<'prepare-data'>, { context, results }: Step): Promise<void> {
  const { engine } = context;
  if (onThisMachine) await context.makeDirectory(directory);
  await about(directory, withDirectory(engine, owner, directory, async (helper) => {
    for (const folder of folders) {
      const path = `${directory}/${folder.name}`;
      const copy = await prepareFolder(engine, helper, folder, path);
      if (copy === 'unfinished') context.progress({ type: 'notice', text: `finishing the first copy of ${path}, which was interrupted` });
      results.firstCopy(path, copy);
    }
  }));
}

async function prepareFolder(engine: Engine, helper: string, folder: DataFolder, path: string): Promise<FirstCopy> {
  const state = await look(engine, helper, folder.name);
  if (state.mark === 'restoring' && state.content === 'absent') throw halfRestored(path);
  const copy = folder.shared ? 'kept' : judge(state, folder.mayFinish);
  if (copy === 'begun') await mark(engine, helper, folder.name, 'copying');
  else if (state.mark === 'copying' && copy === 'kept') await mark(engine, helper, folder.name, 'complete');
  if (state.content === 'absent') await engine.putArchive(helper, helperPlace, await directoryTar(folder.name, folder.shared ? 0o1777 : 0o755));
  return copy;
}

/** After the container was made, with which the engine copies, and before it starts. What was half copied is copied over. */
export async function completeData({ owner, directory, folders, container }: OperationOf<'complete-data'>, { context: { engine }, results }: Step): Promise<void> {
  const copied = folders.filter(({ name }) => results.firstCopyOf(`${directory}/${name}`) !== 'kept');
  if (copied.length === 0) return;
  const { imageId } = await engine.inspectContainer(results.containerId(container));
  await about(directory, withDirectory(engine, owner, directory, async (helper) => {
    for (const folder of copied) {
      if (results.firstCopyOf(`${directory}/${folder.name}`) === 'unfinished') {
        await withHelper(engine, owner, `image-${digitsOf(directory)}`, { image: imageId, command: ['-'], mounts: [] }, (source) => copyOver(engine, source, helper, folder));
      }
      await mark(engine, helper, folder.name, 'complete');
    }
  }));
}

async function copyOver(engine: Engine, source: string, helper: string, { name, target }: DataFolder): Promise<void> {
  const content = await engine.readArchive(source, `${target}/.`).catch(ignoreNotFound);
  if (content !== undefined) await engine.putArchive(helper, `${helperPlace}/${name}`, content);
}

export async function look(engine: Engine, helper: string, name: string): Promise<FolderState> {
  const content = await contentOf(engine, helper, name);
  return { content, mark: await readMark(engine, helper, name), isOldTools: content === 'some' && (await exists(engine, helper, `${name}/${oldMark}`)) };
}

/** The engine is asked for all of it and left alone after the first thing inside. */
async function contentOf(engine: Engine, helper: string, name: string): Promise<FolderState['content']> {
  const archive = await engine.readArchive(helper, `${helperPlace}/${name}`).catch(ignoreNotFound);
  if (archive === undefined) return 'absent';
  let entries = 0;
  for await (const { header } of await entriesOf(archive)) {
    entries += 1;
    if (entries === 1 && header.type !== 'directory') throw new OperationFailed(`${name} is not a directory`, { code: 'DATA_DIRECTORY' });
    if (entries > 1) break;
  }
  archive.destroy();
  return entries > 1 ? 'some' : 'empty';
}

async function entriesOf(archive: Readable): Promise<AsyncIterable<{ readonly header: { readonly type?: string | null | undefined }; resume(): unknown }>> {
  const { extract } = await import('tar-stream');
  const reader = extract();
  archive.on('error', (error) => reader.destroy(error)).pipe(reader);
  reader.on('error', () => {});
  return reader;
}

async function readMark(engine: Engine, helper: string, name: string): Promise<Mark> {
  const archive = await engine.readArchive(helper, `${helperPlace}/${markName(name)}`).catch(ignoreNotFound);
  if (archive === undefined) return 'none';
  // A tar of one small file: its header comes first, 512 bytes long.
  const word = (await text(archive)).slice(512).split(/[^a-z]/)[0];
  return word === 'copying' || word === 'complete' || word === 'restoring' ? word : 'none';
}

export async function mark(engine: Engine, helper: string, name: string, state: Exclude<Mark, 'none'>): Promise<void> {
  const content = Buffer.from(marked(state));
  await engine.putFiles(helper, [{ path: `${helperPlace}/${markName(name)}`, mode: 0o644, uid: 0, gid: 0, content }]);
}

export function marked(state: Exclude<Mark, 'none'>): string {
  return `${state}: ${sentences[state]}\n`;
}

/** Beside the folder, so that what is in it is all the instance's. */
export function markName(folder: string): string {
  return `.${folder}.dockerops`;
}

async function exists(engine: Engine, helper: string, path: string): Promise<boolean> {
  const archive = await engine.readArchive(helper, `${helperPlace}/${path}`).catch(ignoreNotFound);
  archive?.destroy();
  return archive !== undefined;
}

export async function directoryTar(name: string, mode: number): Promise<Readable> {
  const { pack } = await import('tar-stream');
  const tar = pack();
  tar.entry({ name: `${name}/`, type: 'directory', mode, uid: 0, gid: 0 });
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}

/** An error with the directory that it is about. */
export async function about<T>(directory: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof DockeropsError) || error.exitCode === 130) throw error;
    const suggestions = error.suggestions.length > 0 ? error.suggestions : ['see whether there is space and who may write there', 'or choose another place: DATA_DIR=<directory>'];
    throw new OperationFailed(`data directory ${directory}: ${error.message}`, { code: 'DATA_DIRECTORY', suggestions, cause: error });
  });
}

function halfRestored(directory: string): OperationFailed {
  return new OperationFailed(`${directory} is not there, because a restore was interrupted when it had moved the data aside`, {
    code: 'HALF_RESTORED', suggestions: ['do that restore again', `or put the former data back: mv ${directory}.before-<time> ${directory}, on the host of the engine`],
  });
}

export function ignoreNotFound(error: unknown): undefined {
  if (error instanceof NotFound) return undefined;
  throw error;
}
