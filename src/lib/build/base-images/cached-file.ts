import { createWriteStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { OperationFailed } from '../../errors.ts';

export interface CachedFile {
  readonly directory: string;
  /** Files with the same prefix and another key are what it replaces. */
  readonly prefix: string;
  readonly key: string;
  /** False: made anew, and put in the place of what is there. */
  readonly useExisting: boolean;
  make(): Promise<Readable>;
}

/**
 * Opens a file of the cache, making it first when it is not there. It appears under its name only when it is complete;
 * two that make it at once both get a whole one. The open file stays what it was when another replaces it.
 */
export async function openCachedFile(file: CachedFile): Promise<FileHandle> {
  const path = join(file.directory, `${file.prefix}-${file.key}.tar`);
  if (file.useExisting) {
    const existing = await open(path).catch(() => undefined);
    if (existing !== undefined) return existing;
  }
  const temporary = join(file.directory, `.${file.prefix}-${process.pid}-${crypto.randomUUID().slice(0, 8)}.part`);
  try {
    await mkdir(file.directory, { recursive: true });
    await removeLeftovers(file, path);
    await pipeline(await file.make(), createWriteStream(temporary, { flush: true }));
    const handle = await open(temporary);
    await rename(temporary, path);
    return handle;
  } catch (error) {
    await rm(temporary, { force: true });
    throw explain(error, file.directory);
  }
}

const dayMs = 24 * 3600 * 1000;

/** Parts that a killed process left, and what has been replaced for a week. */
async function removeLeftovers({ directory, prefix }: CachedFile, current: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const limitMs = name.startsWith(`.${prefix}-`) ? dayMs : 7 * dayMs;
    if (path === current || !(name.startsWith(`.${prefix}-`) || name.startsWith(`${prefix}-`))) continue;
    const age = await stat(path).then(
      (facts) => Date.now() - facts.mtimeMs,
      () => 0,
    );
    if (age > limitMs) await rm(path, { force: true });
  }
}

const diskErrors: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'it may not be written',
  EROFS: 'the file system is read-only',
};

function explain(error: unknown, directory: string): unknown {
  const reason = error instanceof Error && 'code' in error ? diskErrors[String(error.code)] : undefined;
  if (reason === undefined) return error;
  return new OperationFailed(`cache directory ${directory}: ${reason}`, {
    code: 'CACHE_DIRECTORY',
    suggestions: ['making the base images takes 400 MB; XDG_CACHE_HOME names another place'],
    cause: error,
  });
}
