/**
 * A backup is a tar that any program can read: the manifest, the folders as the engine delivers them, and last the
 * SHA-256 of all bytes before the entry that has it. It is compressed when its name ends with `gz`.
 */
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { createGunzip } from 'node:zlib';
import { block } from './tar-header.ts';

export const manifestName = 'dockerops-backup.json';
export const checksumName = 'dockerops-backup.sha256';
export const endOfTar = Buffer.alloc(2 * block);

export function isCompressed(file: string): boolean {
  return /\.t?gz$/.test(file);
}

/** The tar in a backup file. */
export function openBackup(file: string): Readable {
  const content = createReadStream(file);
  if (!isCompressed(file)) return content;
  const gunzip = createGunzip();
  content.on('error', (error) => gunzip.destroy(error)).pipe(gunzip);
  return gunzip;
}

/** The entry of a small file: its header and its content with padding. */
export async function smallFile(name: string, content: Buffer): Promise<Buffer> {
  const { pack } = await import('tar-stream');
  const tar = pack();
  tar.entry({ name, mode: 0o600, uid: 0, gid: 0, mtime: new Date(0) }, content);
  tar.finalize();
  const whole = await buffer(Readable.from(tar, { objectMode: false }));
  return whole.subarray(0, -endOfTar.length);
}
