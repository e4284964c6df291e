import type { Readable } from 'node:stream';
import { textOf } from '../../engine/stream/engine-streams.ts';
import type { Engine } from '../../engine/engine.ts';
import { ignoreNotFound } from '../../errors.ts';
import { helperPlace } from '../host-directory.ts';
import { readHeaders } from './engine-archive.ts';

/** How far a folder is, by the file beside it. */
export type Mark = 'none' | 'copying' | 'complete' | 'restoring';
type Written = Exclude<Mark, 'none'>;

/** What follows the word in the file: somebody may open it. */
const explanations: Readonly<Record<Written, string>> = {
  copying: "the first copy of the image's content is not complete; remove this file before you put data here by hand",
  complete: 'the folder is complete',
  restoring: 'a restore has moved the data aside, and has not yet put the restored data in its place',
};

/** Beside the folder, so that everything in the folder belongs to the instance. */
export function markName(folder: string): string {
  return `.${folder}.dockerops`;
}

export function markText(mark: Written): string {
  return `${mark}: ${explanations[mark]}\n`;
}

export async function writeMark(engine: Engine, helper: string, folder: string, mark: Written): Promise<void> {
  const path = `${helperPlace}/${markName(folder)}`;
  await engine.putFiles(helper, [{ path, mode: 0o644, uid: 0, gid: 0, content: Buffer.from(markText(mark)) }]);
}

export async function readMark(engine: Engine, helper: string, folder: string): Promise<Mark> {
  const archive = await engine.readArchive(helper, `${helperPlace}/${markName(folder)}`).catch(ignoreNotFound);
  return archive === undefined ? 'none' : markIn(archive);
}

/** In the first file of a tar. */
export async function markIn(archive: Readable): Promise<Mark> {
  for await (const entry of await readHeaders(archive)) {
    const word = (await textOf(entry, 4096)).split(/[^a-z]/)[0];
    archive.destroy();
    return word === 'copying' || word === 'complete' || word === 'restoring' ? word : 'none';
  }
  return 'none';
}
