import type { Header, Pack } from 'tar-stream';

/** Adds an entry whose content is streamed; ends when it is written, fails when the reader of the tar goes away. */
export async function writeEntry(tar: Pack, header: Partial<Header> & Pick<Header, 'name'>, content: AsyncIterable<Uint8Array>): Promise<void> {
  const written = Promise.withResolvers<void>();
  written.promise.catch(() => {});
  const entry = tar.entry(header, (error) => (error == null ? written.resolve() : written.reject(error)));
  for await (const chunk of content) {
    if (entry.write(chunk)) continue;
    await nextOf(entry, ['drain', 'close']);
    if (entry.destroyed) break;
  }
  entry.end(undefined);
  await written.promise;
}

function nextOf(entry: ReturnType<Pack['entry']>, events: readonly ('drain' | 'close')[]): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      for (const event of events) entry.off(event, done);
      resolve();
    };
    for (const event of events) entry.on(event, done);
  });
}
