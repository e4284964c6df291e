import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, open, rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGzip } from 'node:zlib';
import { DockeropsError, Interrupted, NotFound, OperationFailed } from '../../errors.ts';
import type { Engine } from '../../engine/engine.ts';
import type { OperationOf } from '../../plan/operation.ts';
import { checksumName, endOfTar, isCompressed, manifestName, smallFile } from './backup-format.ts';
import { look } from './data-directory.ts';
import { tarEntries } from './tar-entries.ts';
import { digitsOf, helperPlace, withExistingDirectory } from '../host-directory.ts';
import type { Step } from '../step.ts';

/**
 * Streams the folders into a file that has its name only when it is whole; owners, modes and links are in the tar as
 * the engine gives it.
 */
export async function saveData(operation: OperationOf<'save-data'>, { context }: Step): Promise<void> {
  const { owner, directory, file } = operation;
  const { engine, signal } = context;
  const part = `${file}.part-${randomUUID().slice(0, 8)}`;
  try {
    const sum = await withExistingDirectory(
      engine,
      owner,
      directory,
      (helper) => write(part, archiveOf(engine, helper, operation), isCompressed(file), signal),
      `save-${digitsOf(directory)}`,
    ).catch((error: unknown) => {
      throw explained(error, operation, signal);
    });
    await giveName(part, file).catch((error: unknown) => {
      throw explained(error, operation, signal);
    });
    context.onSaved?.({ file, ...sum });
  } finally {
    await rm(part, { force: true }).catch(() => {});
  }
}

/** In one step that fails when there is such a file; file systems such as vfat have no links. */
async function giveName(part: string, file: string): Promise<void> {
  try {
    await link(part, file);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes(codeOf(error)) || existsSync(file)) throw error;
    await rename(part, file);
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

interface Sum {
  readonly bytes: number;
  readonly sha256: string;
}

async function* archiveOf(
  engine: Engine,
  helper: string,
  { folders, manifest }: OperationOf<'save-data'>,
): AsyncGenerator<Buffer, string> {
  const hash = createHash('sha256');
  const counted = (bytes: Buffer): Buffer => {
    hash.update(bytes);
    return bytes;
  };
  const present = await presentFolders(engine, helper, folders);
  const text = `${JSON.stringify({ ...manifest, folders: present }, null, 2)}\n`;
  yield counted(await smallFile(manifestName, Buffer.from(text)));
  for (const name of present) {
    for await (const bytes of tarEntries(await engine.readArchive(helper, `${helperPlace}/${name}`)))
      yield counted(bytes);
  }
  const sha256 = hash.digest('hex');
  yield Buffer.concat([await smallFile(checksumName, Buffer.from(`${sha256}\n`)), endOfTar]);
  return sha256;
}

async function presentFolders(engine: Engine, helper: string, folders: readonly string[]): Promise<readonly string[]> {
  const present: string[] = [];
  for (const name of folders) {
    const { content, mark } = await look(engine, helper, name);
    if (mark === 'copying' && content === 'some')
      throw new OperationFailed(`the first copy of ${name} is not complete`, {
        code: 'DATA_DIRECTORY',
        suggestions: ['complete it by running the instance'],
      });
    if (content !== 'absent') present.push(name);
  }
  if (present.length === 0)
    throw new NotFound('it has none of the folders that an instance keeps', { code: 'NO_DIRECTORY' });
  return present;
}

async function write(
  part: string,
  archive: AsyncGenerator<Buffer, string>,
  compress: boolean,
  signal: AbortSignal,
): Promise<Sum> {
  const handle = await open(part, 'wx', 0o600);
  try {
    let sha256 = '';
    const source = Readable.from(
      (async function* all() {
        sha256 = yield* archive;
      })(),
      { objectMode: false },
    );
    // Written from where the last one ended; a stream of a handle that stays open never says that it is done.
    const target = async (chunks: AsyncIterable<Buffer>): Promise<void> => {
      for await (const chunk of chunks) await handle.writeFile(chunk);
    };
    if (compress) await pipeline(source, createGzip({ level: constants.Z_BEST_SPEED }), target, { signal });
    else await pipeline(source, target, { signal });
    await handle.sync();
    return { bytes: (await handle.stat()).size, sha256 };
  } finally {
    await handle.close();
  }
}

function explained(error: unknown, { directory, file, subject }: OperationOf<'save-data'>, signal: AbortSignal): Error {
  if (signal.aborted) return new Interrupted();
  const code = codeOf(error);
  if (error instanceof NotFound && code === 'NO_DIRECTORY') {
    return new OperationFailed(`there is no persistent data of ${subject} in ${directory}`, {
      code: 'NO_DATA',
      suggestions: ['name the place where it is: DATA_DIR=<directory>', 'see what it keeps: dockerops plan --verbose'],
      cause: error,
    });
  }
  if (code === 'EEXIST' || (code === 'EPERM' && existsSync(file)))
    return new OperationFailed(`${file} is there already`, {
      code: 'FILE_EXISTS',
      suggestions: ['choose another name: --output FILE'],
      cause: error,
    });
  if (!(error instanceof DockeropsError) && /^E[A-Z0-9]+$/.test(code))
    return new OperationFailed(`${file} cannot be written: ${error instanceof Error ? error.message : code}`, {
      code: 'BACKUP_FILE',
      suggestions: ['choose another place: --output FILE'],
      cause: error,
    });
  return error instanceof Error ? error : new TypeError(String(error));
}
