import { createHash } from 'node:crypto';
import { constants, createWriteStream } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { OperationFailed } from '../../errors.ts';
import { isTrustedFile } from '../../trusted-directory.ts';

export interface CachedFile {
  readonly directory: string;
  /** Files with the same prefix and another key are what it replaces. */
  readonly prefix: string;
  readonly key: string;
  /** False: made anew, and put in the place of what is there. */
  readonly useExisting: boolean;
  make(): Promise<Readable>;
}

export interface OpenedFile {
  readonly handle: FileHandle;
  /** SHA-256 that its content had when it was written, in hex. Whoever reads it all compares. */
  readonly digest: string;
}

/**
 * Opens a file of the cache, making it first when it is not there. Its name, which tells the digest of its content,
 * appears only when it is complete; two that make it at once both get a whole one. The open file stays what it was when
 * another replaces it.
 */
export async function openCachedFile(file: CachedFile): Promise<OpenedFile> {
  const existing = file.useExisting ? await openExisting(file) : undefined;
  if (existing !== undefined) return existing;
  const temporary = join(file.directory, `.${file.prefix}-${process.pid}-${crypto.randomUUID().slice(0, 8)}.part`);
  try {
    await mkdir(file.directory, { recursive: true, mode: 0o700 });
    await removeLeftovers(file);
    const digest = await write(await file.make(), temporary);
    const handle = await open(temporary, readOnly);
    const name = `${file.prefix}-${file.key}-${digest}.tar`;
    await rename(temporary, join(file.directory, name));
    for (const other of await namesOf(file)) if (other !== name) await rm(join(file.directory, other), { force: true });
    return { handle, digest };
  } catch (error) {
    await rm(temporary, { force: true });
    throw explain(error, file.directory);
  }
}

const readOnly = constants.O_RDONLY | constants.O_NOFOLLOW;

async function openExisting(file: CachedFile): Promise<OpenedFile | undefined> {
  for (const name of await namesOf(file)) {
    const handle = await open(join(file.directory, name), readOnly).catch(() => undefined);
    if (handle === undefined) continue;
    if (isTrustedFile(await handle.stat())) return { handle, digest: name.slice(-'.tar'.length - 64, -'.tar'.length) };
    await handle.close();
  }
  return undefined;
}

/** Of files with this key: one, but while others are made at the same time. */
async function namesOf({ directory, prefix, key }: CachedFile): Promise<readonly string[]> {
  const names = await readdir(directory).catch(() => []);
  const start = `${prefix}-${key}-`;
  return names.filter((name) => name.startsWith(start) && /^[0-9a-f]{64}\.tar$/.test(name.slice(start.length))).sort();
}

async function write(content: Readable, path: string): Promise<string> {
  const hash = createHash('sha256');
  const hashed = async function* (chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of chunks) {
      hash.update(chunk);
      yield chunk;
    }
  };
  await pipeline(content, hashed, createWriteStream(path, { flags: 'wx', mode: 0o600, flush: true }));
  return hash.digest('hex');
}

const dayMs = 24 * 3600 * 1000;

/** Parts that a killed process left, and what has been replaced for a week. */
async function removeLeftovers(file: CachedFile): Promise<void> {
  const { directory, prefix } = file;
  const current = await namesOf(file);
  for (const name of await readdir(directory)) {
    const path = join(directory, name);
    const limitMs = name.startsWith(`.${prefix}-`) ? dayMs : 7 * dayMs;
    if (current.includes(name) || !(name.startsWith(`.${prefix}-`) || name.startsWith(`${prefix}-`))) continue;
    const age = await lstat(path).then(
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
