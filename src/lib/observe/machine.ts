import { access, constants, lstat, opendir, stat, statfs } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { isEnteredByOthers } from '../model/data-directories.ts';

/** Whether the search path of this machine has a program. */
export async function hasProgram(name: string, searchPath: string): Promise<boolean> {
  const found = await Promise.all(
    searchPath
      .split(delimiter)
      .filter((directory) => directory !== '')
      .map((directory) => canExecute(join(directory, name))),
  );
  return found.includes(true);
}

async function canExecute(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Free bytes of the file system of a directory of this machine; undefined when that cannot be read. */
export async function freeBytes(directory: string): Promise<number | undefined> {
  return statfs(directory).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => undefined,
  );
}

/** Permission bits of a file; undefined when there is none. */
export async function modeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ mode }) => mode & 0o777,
    () => undefined,
  );
}

/**
 * The directories in a directory of this machine; none when it does not exist. Undefined when it cannot be read, or has
 * more than `maxEntries`.
 */
export async function directoriesIn(directory: string, maxEntries: number): Promise<readonly string[] | undefined> {
  const found: string[] = [];
  let entries = 0;
  try {
    for await (const entry of await opendir(directory)) {
      entries += 1;
      if (entries > maxEntries) return undefined;
      if (entry.isDirectory()) found.push(join(directory, entry.name));
    }
    return found.sort();
  } catch (error) {
    return isAbsence(error) ? [] : undefined;
  }
}

/** Whether a path of this machine exists; undefined when that cannot be read. */
export async function isThere(path: string): Promise<boolean | undefined> {
  return lstat(path).then(
    () => true,
    (error: unknown) => (isAbsence(error) ? false : undefined),
  );
}

/**
 * Whether users other than its owner can enter a directory of this machine. Undefined when that cannot be read, or it
 * does not exist.
 */
export async function isOpenToOthers(directory: string): Promise<boolean | undefined> {
  for (let path = directory; ; path = dirname(path)) {
    const found = await stat(path).catch(() => undefined);
    if (found === undefined) return undefined;
    if (!isEnteredByOthers(found.mode)) return false;
    if (path === dirname(path)) return true;
  }
}

function isAbsence(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown };
  return code === 'ENOENT' || code === 'ENOTDIR';
}
