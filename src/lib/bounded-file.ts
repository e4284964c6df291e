import { closeSync, constants, fstatSync, openSync, readSync, realpathSync, type Stats, statSync } from 'node:fs';
import { isUtf8 } from 'node:buffer';
import { resolve } from 'node:path';
import { messageOf } from './errors.ts';

/** The largest file that is read whole. */
export const maxFileBytes = 16 * 1024 * 1024;

/** Why a file that exists is not read. `code` is like that of an error of the file system. */
export class UnsuitableFile extends Error {
  override readonly name = 'UnsuitableFile';
  readonly code: 'NOT_REGULAR' | 'TOO_LARGE' | 'OUTSIDE' | 'NOT_TEXT';

  constructor(code: UnsuitableFile['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * The content of a file that a user wrote. Pipes and devices are refused before they are opened, as they could block or
 * have no end, and so is a file beyond the limit. With `within`, directories, a path in one of them must not lead out
 * of all of them by a link; a path outside is read as it is written. Throws an error with a `code`: that of the file
 * system, or an UnsuitableFile.
 */
export function readBoundedFile(path: string, within?: readonly string[], maxBytes = maxFileBytes): Buffer {
  checkSuitable(statSync(path), maxBytes);
  if (within !== undefined) refuseLinkOut(path, within);
  const file = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const stats = fstatSync(file);
    checkSuitable(stats, maxBytes);
    return readWhole(file, stats.size, maxBytes);
  } finally {
    closeSync(file);
  }
}

/** Throws an UnsuitableFile for a path in one of the directories that a link leads out of all of them. */
export function refuseLinkOut(path: string, within: readonly string[]): void {
  const isWithin = (place: string): boolean => within.some((directory) => isIn(place, directory));
  if (!isWithin(resolve(path))) return;
  const real = realpathSync.native(path);
  if (isWithin(real)) return;
  throw new UnsuitableFile('OUTSIDE', `leads by a link to ${real}, outside of the project`);
}

/** The same as text, which must be UTF-8. */
export function readBoundedText(path: string, within?: readonly string[]): string {
  const content = readBoundedFile(path, within);
  if (isUtf8(content)) return content.toString('utf8');
  throw new UnsuitableFile('NOT_TEXT', `line ${String(lineThatIsNotUtf8(content))} is not UTF-8 text`);
}

/** Why a file was not read, as words after a colon. */
export function whyUnread(error: unknown): string {
  if (error instanceof UnsuitableFile || !(error instanceof Error)) return messageOf(error);
  return 'code' in error ? String(error.code) : error.message;
}

function checkSuitable(stats: Stats, maxBytes: number): void {
  if (stats.isDirectory()) throw Object.assign(new Error('EISDIR: is a directory'), { code: 'EISDIR' });
  if (!stats.isFile()) throw new UnsuitableFile('NOT_REGULAR', 'is a pipe, a socket or a device');
  if (stats.size > maxBytes) throw tooLarge(maxBytes);
}

function tooLarge(maxBytes: number): UnsuitableFile {
  return new UnsuitableFile('TOO_LARGE', `has more than ${String(maxBytes / 1024 / 1024)} MB`);
}

/** `path` is absolute and without `..`. */
function isIn(path: string, directory: string): boolean {
  const start = resolve(directory);
  return path === start || path.startsWith(start === '/' ? start : `${start}/`);
}

/** The size may be wrong: files of /proc have none, and a file may grow meanwhile. */
function readWhole(file: number, size: number, maxBytes: number): Buffer {
  const parts: Buffer[] = [];
  for (let total = 0; ;) {
    const part = Buffer.allocUnsafe(Math.max(size + 1 - total, 16 * 1024));
    const count = readSync(file, part);
    if (count === 0) return Buffer.concat(parts);
    total += count;
    if (total > maxBytes) throw tooLarge(maxBytes);
    parts.push(part.subarray(0, count));
  }
}

function lineThatIsNotUtf8(content: Buffer): number {
  let line = 1;
  for (let start = 0; start < content.length; line += 1) {
    const end = content.indexOf(0x0a, start);
    const next = end === -1 ? content.length : end + 1;
    if (!isUtf8(content.subarray(start, next))) return line;
    start = next;
  }
  return line;
}
