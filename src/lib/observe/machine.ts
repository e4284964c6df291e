import { access, constants, stat, statfs } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/** Whether a program can be called by its name on this machine. */
export async function hasProgram(name: string, searchPath: string): Promise<boolean> {
  const found = await Promise.all(searchPath.split(delimiter).filter((directory) => directory !== '').map((directory) => canExecute(join(directory, name))));
  return found.includes(true);
}

async function canExecute(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(() => true, () => false);
}

/** Bytes that are free where a directory of this machine lies; undefined when that cannot be told. */
export async function freeBytes(directory: string): Promise<number | undefined> {
  return statfs(directory).then(({ bavail, bsize }) => bavail * bsize, () => undefined);
}

/** Permission bits of a file; undefined when there is none. */
export async function modeOf(path: string): Promise<number | undefined> {
  return stat(path).then(({ mode }) => mode & 0o777, () => undefined);
}
