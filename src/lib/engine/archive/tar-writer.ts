import { Readable } from 'node:stream';
import { type Header, type Pack, pack } from 'tar-stream';

/** A tar that is written while it is read: `fill` starts with the first read, and the stream fails when it does. */
export function tarStream(fill: (tar: Pack) => Promise<void>): Readable {
  async function* bytes(): AsyncGenerator<Uint8Array> {
    const tar = pack();
    const filling = fill(tar).then(
      () => tar.finalize(),
      (error: unknown) => {
        tar.destroy(error as Error);
        throw error;
      },
    );
    // Awaited below; until then it must not count as an unhandled rejection.
    filling.catch(() => {});
    yield* tar as AsyncIterable<Uint8Array>;
    await filling;
  }
  return Readable.from(bytes(), { objectMode: false });
}

/** Adds an entry from a stream. Resolves when it is written; rejects when the reader of the tar closes it. */
export async function writeEntry(
  tar: Pack,
  header: Partial<Header> & Pick<Header, 'name'>,
  content: AsyncIterable<Uint8Array>,
): Promise<void> {
  const written = Promise.withResolvers<void>();
  written.promise.catch(() => {});
  const entry = tar.entry(header, (error) => (error == null ? written.resolve() : written.reject(error)));
  // The callback has the error; without a listener it would end the process.
  entry.on('error', () => {});
  for await (const chunk of content) {
    if (entry.write(chunk)) continue;
    await drainOrClose(entry);
    if (entry.destroyed) break;
  }
  entry.end(undefined);
  await written.promise;
}

function drainOrClose(entry: ReturnType<Pack['entry']>): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      entry.off('drain', done);
      entry.off('close', done);
      resolve();
    };
    entry.on('drain', done);
    entry.on('close', done);
  });
}
