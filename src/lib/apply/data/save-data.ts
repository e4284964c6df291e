import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { link, rename, rm } from 'node:fs/promises';
import type { Engine } from '../../engine/engine.ts';
import { DockeropsError, Interrupted, NotFound, OperationFailed, messageOf } from '../../errors.ts';
import type { OperationOf } from '../../plan/operation.ts';
import { digitsOf, withExistingDirectory } from '../host-directory.ts';
import type { Step } from '../step.ts';
import { readFolderState } from './folder-state.ts';
import { writeBackup } from './write-backup.ts';

type SaveData = OperationOf<'save-data'>;

/**
 * Streams the folders into a file, which gets its name when it is complete. Owners, modes and links are those of the
 * engine's tar.
 */
export async function saveData(operation: SaveData, { context }: Step): Promise<void> {
  const { owner, directory, file, folders } = operation;
  const { engine, signal } = context;
  const part = `${file}.part-${randomUUID().slice(0, 8)}`;
  const save = async (helper: string): ReturnType<typeof writeBackup> =>
    writeBackup(part, operation, await presentFolders(engine, helper, folders), { engine, helper, signal });
  try {
    const written = await withExistingDirectory(engine, owner, directory, save, `save-${digitsOf(directory)}`);
    await giveName(part, file);
    context.onSaved?.({ file, ...written });
  } catch (error) {
    throw explained(error, operation, signal);
  } finally {
    await rm(part, { force: true }).catch(() => {});
  }
}

async function presentFolders(engine: Engine, helper: string, folders: readonly string[]): Promise<readonly string[]> {
  const present: string[] = [];
  for (const name of folders) {
    const { content, mark } = await readFolderState(engine, helper, name);
    if (mark === 'copying' && content === 'some')
      throw new OperationFailed(`the first copy of ${name} is not complete`, {
        code: 'DATA_DIRECTORY',
        suggestions: ['complete it by running the instance'],
      });
    if (content !== 'absent') present.push(name);
  }
  if (present.length === 0) throw new NotFound('it has none of the folders of the instance', { code: 'NO_DIRECTORY' });
  return present;
}

/** In one step that fails when the file exists. Some file systems, such as vfat, have no links. */
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

function explained(error: unknown, operation: SaveData, signal: AbortSignal): Error {
  const { file } = operation;
  if (signal.aborted) return new Interrupted();
  const code = codeOf(error);
  if (error instanceof NotFound && code === 'NO_DIRECTORY') return noData(operation, error);
  if (code === 'EEXIST' || (code === 'EPERM' && existsSync(file)))
    return fileFailed('FILE_EXISTS', `${file} already exists`, 'choose another name: --output FILE', error);
  if (!(error instanceof DockeropsError) && /^E[A-Z0-9]+$/.test(code)) {
    const message = `${file} cannot be written: ${messageOf(error)}`;
    return fileFailed('BACKUP_FILE', message, 'choose another place: --output FILE', error);
  }
  return error instanceof Error ? error : new TypeError(String(error));
}

function noData({ subject, directory }: SaveData, cause: NotFound): OperationFailed {
  return new OperationFailed(`there is no persistent data of ${subject} in ${directory}`, {
    code: 'NO_DATA',
    suggestions: [
      'name the directory where it is: DATA_DIR=<directory>',
      'show what it keeps: dockerops plan --verbose',
    ],
    cause,
  });
}

function fileFailed(code: string, message: string, suggestion: string, cause: unknown): OperationFailed {
  return new OperationFailed(message, { code, suggestions: [suggestion], cause });
}
