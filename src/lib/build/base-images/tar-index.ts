import { createHash } from 'node:crypto';
import { Transform, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { extract, type Header } from 'tar-stream';
import { trimEndOf } from '../../cut-text.ts';

/** What is known of one entry of a tar without its content. Times do not count: equal files are equal. */
export interface TarEntry {
  readonly type: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly link: string | undefined;
  /** Of the content; of a hard link, of nothing. */
  readonly digest: string;
  readonly xattrs: string;
}

export interface TarIndex {
  /** By path without leading `./` and trailing `/`; the root is left out. */
  readonly entries: ReadonlyMap<string, TarEntry>;
  /** SHA-256 of the tar itself, in hex. */
  readonly digest: string;
  readonly size: number;
}

/** Reads a tar once. */
export async function indexTar(tar: Readable): Promise<TarIndex> {
  const entries = new Map<string, TarEntry>();
  const whole = createHash('sha256');
  let size = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done): void {
      whole.update(chunk);
      size += chunk.length;
      done(null, chunk);
    },
  });
  await readTar(tar, count, async (header, content) => {
    const hash = createHash('sha256');
    for await (const chunk of content) hash.update(chunk);
    const path = normalPath(header.name);
    if (path !== '') entries.set(path, toEntry(header, hash.digest('hex')));
  });
  return { entries, digest: whole.digest('hex'), size };
}

/** Hands over each entry in turn; the content must be read to its end. */
export async function readTar(
  tar: Readable,
  through: Transform,
  onEntry: (header: Header, content: AsyncIterable<Uint8Array>) => Promise<void>,
): Promise<void> {
  const unpack = extract();
  const reading = (async (): Promise<void> => {
    for await (const entry of unpack) await onEntry(entry.header, entry as AsyncIterable<Uint8Array>);
  })();
  await Promise.all([pipeline(tar, through, unpack), reading]);
}

function toEntry(header: Header, digest: string): TarEntry {
  const { type, mode, uid, gid, linkname } = header;
  const link = type === 'link' ? normalPath(linkname) : linkname;
  return { type, mode, uid, gid, link: link || undefined, digest, xattrs: JSON.stringify(xattrsOf(header)) };
}

/** File capabilities and the like. */
export function xattrsOf({ pax }: Header): Record<string, string> {
  const all = Object.entries((pax ?? {}) as Record<string, string>);
  return Object.fromEntries(all.filter(([name]) => name.startsWith('SCHILY.xattr.')).sort());
}

export function normalPath(name: string): string {
  return trimEndOf(name.replace(/^(\.?\/)+/, '').replace(/^\.$/, ''), '/');
}

/** `a/b/c` -> `a`, `a/b` */
export function ancestors(path: string): string[] {
  const parts = path.split('/').slice(0, -1);
  return parts.map((_part, index) => parts.slice(0, index + 1).join('/'));
}
