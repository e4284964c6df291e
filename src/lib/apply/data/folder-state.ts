import type { Engine } from '../../engine/engine.ts';
import { OperationFailed, ignoreNotFound } from '../../errors.ts';
import { helperPlace } from '../host-directory.ts';
import { exists, readHeaders, type Header } from './engine-archive.ts';
import { readMark, type Mark } from './folder-mark.ts';

export interface FolderState {
  readonly mark: Mark;
  readonly content: 'absent' | 'empty' | 'some';
  /** The predecessor DockerOps has completed its first copy: its own mark is in the folder. */
  readonly isOldTools: boolean;
}

/** The predecessor's mark of a complete first copy. */
const oldMark = '.persistent_initialized';

export async function readFolderState(engine: Engine, helper: string, folder: string): Promise<FolderState> {
  const content = await contentOf(engine, helper, folder);
  return {
    content,
    mark: await readMark(engine, helper, folder),
    isOldTools: content === 'some' && (await exists(engine, helper, `${folder}/${oldMark}`)),
  };
}

/** The engine starts to send the whole folder, and is stopped after the first entry in it. */
async function contentOf(engine: Engine, helper: string, folder: string): Promise<FolderState['content']> {
  const archive = await engine.readArchive(helper, `${helperPlace}/${folder}`).catch(ignoreNotFound);
  if (archive === undefined) return 'absent';
  let entries = 0;
  for await (const { header } of await readHeaders(archive)) {
    entries += 1;
    if (entries === 1 && header.type !== 'directory') throw notDirectory(folder, header);
    if (entries > 1) break;
  }
  archive.destroy();
  return entries > 1 ? 'some' : 'empty';
}

/** A link is not followed: in the helper container it may lead somewhere else than on the host. */
function notDirectory(folder: string, { type, linkname }: Header): OperationFailed {
  if (type !== 'symlink') return new OperationFailed(`${folder} is not a directory`, { code: 'DATA_DIRECTORY' });
  const mount = `"persistent_${folder}": false and "volumes": ["${linkname ?? '<directory>'}:<path in the container>"]`;
  return new OperationFailed(`${folder} is a symbolic link to ${linkname ?? 'another place'}, which is not followed`, {
    code: 'DATA_DIRECTORY',
    suggestions: [
      `mount the directory that it links to: in run.conf ${mount}`,
      'or keep all data there: DATA_DIR=<directory>',
    ],
  });
}
