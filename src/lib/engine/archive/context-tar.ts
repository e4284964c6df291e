import { constants, type ReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { messageOf } from '../../errors.ts';
import { unusableContext } from './context-errors.ts';
import type { FoundEntry } from './context-entries.ts';
import { pathOnDisk } from './file-name.ts';

const block = 512;

/**
 * The tar of a build context. Written here, because names may be any bytes and times may lie before 1970, and because
 * a file that changes while it is read has to be named. All entries belong to root.
 */
export function contextTar(directory: string, entries: readonly FoundEntry[]): Readable {
  async function* bytes(): AsyncGenerator<Buffer> {
    for (const entry of entries) {
      yield headerOf(entry);
      if (entry.sameAs !== undefined) continue;
      if (entry.content !== undefined) yield* [entry.content, paddingOf(entry.size)];
      else if (entry.type === 'file' && entry.size > 0) yield* contentOf(directory, entry);
    }
    yield Buffer.alloc(2 * block);
  }
  return Readable.from(bytes(), { objectMode: false });
}

async function* contentOf(directory: string, { path, size }: FoundEntry): AsyncGenerator<Buffer> {
  const place = `${directory}/${path}`;
  const file = await open(pathOnDisk(place), constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW).catch(
    (cause: unknown) => {
      throw unusableContext(place, 'cannot be read', cause);
    },
  );
  try {
    yield* exactly(file, size, place);
  } finally {
    await file.close();
  }
  yield paddingOf(size);
}

function paddingOf(size: number): Buffer {
  return Buffer.alloc((block - (size % block)) % block);
}

/** The size is in the header, so that neither more nor less can be sent. */
async function* exactly(file: FileHandle, size: number, place: string): AsyncGenerator<Buffer> {
  const stream: ReadStream = file.createReadStream({ autoClose: false, start: 0, end: size - 1 });
  let sent = 0;
  try {
    for await (const chunk of stream) {
      sent += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
  } catch (cause) {
    throw unusableContext(place, `cannot be read: ${messageOf(cause)}`, cause);
  }
  const { size: now } = await file.stat();
  if (sent !== size || now !== size) throw unusableContext(place, 'changed while it was read');
}

const typeflags = { file: '0', directory: '5', symlink: '2' } as const;

function headerOf(entry: FoundEntry): Buffer {
  const path = Buffer.concat([pathOnDisk(entry.path), Buffer.from(entry.type === 'directory' ? '/' : '')]);
  const target = pathOnDisk(entry.sameAs ?? entry.linkTarget);
  const size = entry.sameAs === undefined ? entry.size : 0;
  const seconds = Math.floor(entry.stats.mtimeMs / 1000);
  const records = [
    ...(isPlain(path) ? [] : [record('path', path)]),
    ...(isPlain(target) ? [] : [record('linkpath', target)]),
    ...(fits(seconds) ? [] : [record('mtime', Buffer.from(String(seconds)))]),
    ...(fits(size) ? [] : [record('size', Buffer.from(String(size)))]),
  ];
  const header = ustar({
    path,
    target,
    mode: entry.mode,
    size: fits(size) ? size : 0,
    seconds: fits(seconds) ? seconds : 0,
    typeflag: entry.sameAs === undefined ? typeflags[entry.type] : '1',
  });
  if (records.length === 0) return header;
  const content = Buffer.concat(records);
  const extension = { path: Buffer.from('pax'), target: Buffer.alloc(0), mode: 0o644, seconds: 0, typeflag: 'x' };
  return Buffer.concat([ustar({ ...extension, size: content.length }), content, paddingOf(content.length), header]);
}

/** Fits into the old header: the rest is told by records before it (POSIX pax). */
function isPlain(name: Buffer): boolean {
  return name.length <= 100 && name.every((byte) => byte < 0x80);
}

function fits(number: number): boolean {
  return number >= 0 && number < 8 ** 11;
}

/** `27 path=…\n`, where the number is the length of all of it. */
function record(key: string, value: Buffer): Buffer {
  const rest = key.length + value.length + 3;
  const digits = String(rest + String(rest).length).length;
  return Buffer.concat([Buffer.from(`${String(rest + digits)} ${key}=`), value, Buffer.from('\n')]);
}

interface Fields {
  readonly path: Buffer;
  readonly target: Buffer;
  readonly mode: number;
  readonly size: number;
  readonly seconds: number;
  readonly typeflag: string;
}

function ustar({ path, target, mode, size, seconds, typeflag }: Fields): Buffer {
  const header = Buffer.alloc(block);
  path.copy(header, 0, 0, 100);
  header.write(`${octal(mode, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0${octal(size, 11)}\0${octal(seconds, 11)}\0`, 100);
  header.write(`        ${typeflag}`, 148);
  target.copy(header, 157, 0, 100);
  header.write('ustar\u000000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148);
  return header;
}

function octal(value: number, digits: number): string {
  return value.toString(8).padStart(digits, '0');
}
