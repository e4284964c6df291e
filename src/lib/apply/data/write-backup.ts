import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import type { Engine } from '../../engine/engine.ts';
import type { OperationOf } from '../../plan/operation.ts';
import { helperPlace } from '../host-directory.ts';
import { checksumName, endOfTar, isCompressed, manifestName, smallFile } from './backup-format.ts';
import { tarEntries } from './tar-entries.ts';

export interface WrittenBackup {
  readonly bytes: number;
  readonly sha256: string;
}

/** Writes the backup of these folders of a helper into a new file, and syncs it to the disk. */
export async function writeBackup(
  part: string,
  { file, manifest }: OperationOf<'save-data'>,
  folders: readonly string[],
  { engine, helper, signal }: { readonly engine: Engine; readonly helper: string; readonly signal: AbortSignal },
): Promise<WrittenBackup> {
  const handle = await open(part, 'wx', 0o600);
  try {
    const checksum = createHash('sha256');
    const text = `${JSON.stringify({ ...manifest, folders }, null, 2)}\n`;
    const archive = archiveOf(text, folders, (path) => engine.readArchive(helper, path), checksum);
    const source = Readable.from(archive, { objectMode: false });
    // A write stream would close the handle, which has to be synced.
    const target = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
      for await (const chunk of chunks) await handle.writeFile(chunk);
    };
    if (isCompressed(file)) await pipeline(source, createGzip({ level: constants.Z_BEST_SPEED }), target, { signal });
    else await pipeline(source, target, { signal });
    await handle.sync();
    return { bytes: (await handle.stat()).size, sha256: checksum.copy().digest('hex') };
  } finally {
    await handle.close();
  }
}

async function* archiveOf(
  manifest: string,
  folders: readonly string[],
  readArchive: (path: string) => Promise<Readable>,
  checksum: ReturnType<typeof createHash>,
): AsyncGenerator<Buffer> {
  const hashed = (bytes: Buffer): Buffer => {
    checksum.update(bytes);
    return bytes;
  };
  yield hashed(await smallFile(manifestName, Buffer.from(manifest)));
  for (const name of folders)
    for await (const bytes of tarEntries(await readArchive(`${helperPlace}/${name}`))) yield hashed(bytes);
  yield await smallFile(checksumName, Buffer.from(`${checksum.copy().digest('hex')}\n`));
  yield endOfTar;
}
