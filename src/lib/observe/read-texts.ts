import { dirname } from 'node:path/posix';
import type { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { DockeropsError, EngineError, NotFound, messageOf } from '../errors.ts';
import type { EngineReader } from '../engine/engine.ts';

/** Much more than a secret has, so that a container cannot fill the memory. */
const maxText = 2 ** 20;

/** The texts of files in one directory of a container, running or not, by path. Missing and huge ones are left out. */
export async function readTexts(
  engine: Pick<EngineReader, 'readArchive'>,
  id: string,
  directory: string,
  paths: ReadonlySet<string>,
): Promise<Readonly<Record<string, string>>> {
  try {
    return await textsIn(await engine.readArchive(id, directory), dirname(directory), paths);
  } catch (error) {
    if (error instanceof NotFound) return {};
    throw error instanceof DockeropsError
      ? error
      : new EngineError(`read ${directory} of container ${id}: ${messageOf(error)}`, {
          code: 'ARCHIVE_BROKEN',
          cause: error,
        });
  }
}

/** The names in the tar begin with the last part of the path that was asked for. */
async function textsIn(
  archive: Readable,
  parent: string,
  paths: ReadonlySet<string>,
): Promise<Readonly<Record<string, string>>> {
  const texts: Record<string, string> = {};
  const entries = archive.pipe(extract());
  archive.once('error', (error) => entries.destroy(error));
  for await (const entry of entries) {
    const path = `${parent === '/' ? '' : parent}/${entry.header.name}`;
    const isWanted = entry.header.type === 'file' && paths.has(path) && entry.header.size <= maxText;
    const chunks: Buffer[] = [];
    for await (const chunk of entry) if (isWanted) chunks.push(chunk as Buffer);
    if (isWanted) texts[path] = Buffer.concat(chunks).toString('utf8');
  }
  return texts;
}
