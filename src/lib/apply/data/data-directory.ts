import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { DockeropsError, OperationFailed, StalePlan, ignoreNotFound } from '../../errors.ts';
import type { Engine } from '../../engine/engine.ts';
import { helperPlace } from '../host-directory.ts';

/** What a mark beside a folder says of it. */
export type Mark = 'none' | 'copying' | 'complete' | 'restoring';
export interface FolderState {
  readonly mark: Mark;
  readonly content: 'absent' | 'empty' | 'some';
  /** The old tool's own mark lies inside. */
  readonly isOldTools: boolean;
}

const sentences = {
  copying:
    'the first copy of what the image has here is not complete yet; who puts data there by hand removes this mark first',
  complete: 'what is in the folder is whole',
  restoring: 'a restore moved the data aside and has not put the other in its place yet',
} as const;
/** Where a restore unpacks; gone when it has ended. */
export const staging = '.dockerops-restore';
/** Where the old tool's first copy was complete. */
const oldMark = '.persistent_initialized';

export async function look(engine: Engine, helper: string, name: string): Promise<FolderState> {
  const content = await contentOf(engine, helper, name);
  return {
    content,
    mark: await readMark(engine, helper, name),
    isOldTools: content === 'some' && (await exists(engine, helper, `${name}/${oldMark}`)),
  };
}

/** The engine is asked for all of it and left alone after the first thing inside. */
async function contentOf(engine: Engine, helper: string, name: string): Promise<FolderState['content']> {
  const archive = await engine.readArchive(helper, `${helperPlace}/${name}`).catch(ignoreNotFound);
  if (archive === undefined) return 'absent';
  let entries = 0;
  for await (const { header } of await entriesOf(archive)) {
    entries += 1;
    if (entries === 1 && header.type !== 'directory') throw notDirectory(name, header);
    if (entries > 1) break;
  }
  archive.destroy();
  return entries > 1 ? 'some' : 'empty';
}

/** A link is seen as a container sees it, where it may lead elsewhere than on the host: so it is not followed. */
function notDirectory(name: string, { type, linkname }: Header): OperationFailed {
  if (type !== 'symlink') return new OperationFailed(`${name} is not a directory`, { code: 'DATA_DIRECTORY' });
  return new OperationFailed(`${name} is a symbolic link to ${linkname ?? 'another place'}, which is not followed`, {
    code: 'DATA_DIRECTORY',
    suggestions: [
      `mount that place instead: in run.conf "persistent_${name}": false and "volumes": ["${linkname ?? '<directory>'}:<path in the container>"]`,
      'or keep all data there: DATA_DIR=<directory>',
    ],
  });
}

interface Header {
  readonly type?: string | null | undefined;
  readonly mode?: number | undefined;
  readonly linkname?: string | null | undefined;
}

/** Entries of an archive of the engine; to be left early, the archive is destroyed. */
export async function entriesOf(
  archive: Readable,
): Promise<AsyncIterable<AsyncIterable<unknown> & { readonly header: Header }>> {
  const { extract } = await import('tar-stream');
  const reader = extract();
  archive.on('error', (error) => reader.destroy(error)).pipe(reader);
  reader.on('error', () => {});
  return reader;
}

async function readMark(engine: Engine, helper: string, name: string): Promise<Mark> {
  const archive = await engine.readArchive(helper, `${helperPlace}/${markName(name)}`).catch(ignoreNotFound);
  return archive === undefined ? 'none' : markIn(archive);
}

/** The first file of a tar, whatever headers are in front of it. */
export async function markIn(archive: Readable): Promise<Mark> {
  for await (const entry of await entriesOf(archive)) {
    const word = (await text(entry)).split(/[^a-z]/)[0];
    archive.destroy();
    return word === 'copying' || word === 'complete' || word === 'restoring' ? word : 'none';
  }
  return 'none';
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

export async function exists(engine: Engine, helper: string, path: string): Promise<boolean> {
  const archive = await engine.readArchive(helper, `${helperPlace}/${path}`).catch(ignoreNotFound);
  archive?.destroy();
  return archive !== undefined;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** Directories without content, outermost first. */
export async function directoriesTar(directories: readonly DirectoryEntry[]): Promise<Readable> {
  const { pack } = await import('tar-stream');
  const tar = pack();
  for (const { name, mode, uid = 0, gid = 0 } of directories)
    tar.entry({ name: `${name}/`, type: 'directory', mode, uid, gid });
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}

/** An error with the directory that it is about. */
export async function about<T>(directory: string, work: Promise<T>): Promise<T> {
  return work.catch((error: unknown) => {
    if (!(error instanceof DockeropsError) || error instanceof StalePlan || error.exitCode === 130) throw error;
    const suggestions =
      error.suggestions.length > 0
        ? error.suggestions
        : ['see whether there is space and who may write there', 'or choose another place: DATA_DIR=<directory>'];
    throw new OperationFailed(`data directory ${directory}: ${error.message}`, {
      code: 'DATA_DIRECTORY',
      suggestions,
      cause: error,
    });
  });
}
