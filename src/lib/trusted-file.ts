import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { isTrustedFile, trustOf } from './trusted-directory.ts';

/**
 * Files that later commands rely on, and that may be lost at any time. No link is followed, and what somebody else
 * could have written is not read. The content is in a file twice, and counts only if both are the same: to compare 1 MB
 * takes 0.3 ms, while each checksum that Node has comes with a module that takes 5 ms to load, at the start of every
 * command.
 */
export function readTrustedFile(path: string): Buffer | undefined {
  const { kind } = trustOf(dirname(path));
  if (kind !== 'own' && kind !== 'root') return undefined;
  try {
    const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stats = fstatSync(file);
      return isTrustedFile(stats) && stats.size % 2 === 0 ? readTwice(file, stats.size / 2) : undefined;
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
}

/** Small enough to stay in the processor's cache. */
const partSize = 64 * 1024;

function readTwice(file: number, size: number): Buffer | undefined {
  const content = Buffer.allocUnsafeSlow(size);
  if (readSync(file, content) !== size) return undefined;
  const part = Buffer.allocUnsafe(Math.min(partSize, size));
  for (let at = 0; at < size;) {
    const read = readSync(file, part, 0, Math.min(part.length, size - at), size + at);
    if (read === 0 || content.compare(part, 0, read, at, at + read) !== 0) return undefined;
    at += read;
  }
  return content;
}

/** Whole or not at all, also after a power failure. False: it cannot be kept there. */
export function writeTrustedFile(path: string, content: string | Uint8Array): boolean {
  const aside = `${path}.${String(process.pid)}`;
  if (!makeOwnDirectory(dirname(path))) return false;
  try {
    const { O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW } = constants;
    const file = openSync(aside, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW, 0o600);
    try {
      writeFileSync(file, content);
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(aside, path);
    return true;
  } catch {
    removeQuietly(aside);
    return false;
  }
}

/** True when the directory is there, perhaps made now, and only this user can change what is in it. */
export function makeOwnDirectory(directory: string): boolean {
  const { kind } = trustOf(directory);
  if (kind !== 'absent') return kind === 'own';
  try {
    makeDirectory(directory);
  } catch {
    return false;
  }
  return trustOf(directory).kind === 'own';
}

/** Each level by itself: below /proc, where nothing can be made, Node's own recursion never ends. */
function makeDirectory(directory: string): void {
  const parent = dirname(directory);
  if (parent !== directory && !existsSync(parent)) makeDirectory(parent);
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it at the same time.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // What is in the way is overwritten by the next process with this number.
  }
}
