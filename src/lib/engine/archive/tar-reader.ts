import type { Readable } from 'node:stream';
import { extract } from 'tar-stream';

export type TarStreamEntry = ReturnType<typeof extract> extends AsyncIterable<infer Entry> ? Entry : never;

/** The entries of a tar, each to be read before the next. Fails when the tar is cut off or its stream fails. */
export function tarEntries(tar: Readable): AsyncIterable<TarStreamEntry> {
  const entries = extract();
  // Destroying one of them destroys the other.
  tar.on('error', (error) => entries.destroy(error)).pipe(entries);
  entries.on('close', () => tar.destroy());
  // Whoever stopped before the end has no use for an error after it.
  entries.on('error', () => {});
  return entries;
}
