import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { writeDockerArchive } from './docker-archive.ts';

/** An image without files, for containers that never start. Its id is the same on every engine. */
export const emptyImage = 'dockerops/empty:1';

/** A tar without entries is two blocks of zeros. */
const emptyTar = Buffer.alloc(1024);
const created = new Date(0);

export function emptyImageArchive(): Readable {
  const layer = {
    digest: createHash('sha256').update(emptyTar).digest('hex'),
    size: emptyTar.length,
    createdBy: 'dockerops',
    open: () => Readable.from([emptyTar]),
  };
  return writeDockerArchive(
    [
      {
        tags: [emptyImage],
        layers: [layer],
        architecture: 'amd64',
        created,
        config: { Labels: { 'dockerops.kind': 'lock' } },
      },
    ],
    created,
  );
}
