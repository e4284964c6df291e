import type { Readable } from 'node:stream';
import { textOf } from '../engine/stream/engine-streams.ts';
import { ignoreNotFound } from '../errors.ts';
import type { Owner } from '../model/desired.ts';
import { readHeaders } from './data/engine-archive.ts';
import { withHelper, type HelperEngine } from './helper-container.ts';

export interface FileInImage {
  readonly image: string;
  readonly path: string;
  /** For the name of the container that it takes: unique among what is read under the owner's lock. */
  readonly name: string;
}

/** Text of a file of an image, by a container that never starts; empty where the image has no such file. */
export async function readFileInImage(
  engine: HelperEngine,
  owner: Owner,
  { image, path, name }: FileInImage,
): Promise<string> {
  return withHelper(engine, owner, `read-${name}`, { image, command: ['-'], mounts: [] }, async (container) => {
    const archive = await engine.readArchive(container, path).catch(ignoreNotFound);
    return archive === undefined ? '' : firstFile(archive);
  });
}

/** dpkg's list of 2000 packages has 2 MB. */
const maxBytes = 32 * 1024 * 1024;

async function firstFile(archive: Readable): Promise<string> {
  for await (const entry of await readHeaders(archive)) {
    if (entry.header.type !== 'file') continue;
    const content = await textOf(entry, maxBytes);
    archive.destroy();
    return content;
  }
  return '';
}
