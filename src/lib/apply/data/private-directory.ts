import { constants } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { OperationFailed } from '../../errors.ts';
import type { Owner } from '../../model/desired.ts';
import type { ApplyContext } from '../context.ts';
import { helperPlace, isDirectoryThere, withDirectory } from '../host-directory.ts';
import { directoriesTar, exists } from './engine-archive.ts';

const ownerOnly = 0o700;

interface Ids {
  readonly uid: number;
  readonly gid: number;
}

export interface DataDirectory {
  readonly owner: Owner;
  readonly directory: string;
  /** The directory that holds those of all instances, not that of one. */
  readonly isOuter?: boolean;
  readonly onThisMachine: boolean;
}

/**
 * Makes a directory for persistent data on the engine's host, with mode 700: no other user of the host reads what
 * containers keep, or runs what a container gave the setuid bit. The directory around it is made the same way. Each
 * that exists is left as it is.
 */
export async function makeDataDirectory(
  { owner, directory, isOuter = false, onThisMachine }: DataDirectory,
  { engine, makeDirectories }: Pick<ApplyContext, 'engine' | 'makeDirectories'>,
): Promise<void> {
  const directories = isOuter ? [directory] : [dirname(directory), directory];
  if (onThisMachine && (await makeDirectories(directories, owner))) return;
  if (await isDirectoryThere(engine, owner, directory)) return;
  const outer = dirname(directory);
  const missing = isOuter || (await isDirectoryThere(engine, owner, outer)) ? [directory] : directories;
  const [top = directory] = missing;
  const ids = onThisMachine ? await idsOf(owner) : { uid: 0, gid: 0 };
  await withDirectory(engine, owner, dirname(top), async (helper) => {
    if (await exists(engine, helper, basename(top))) throw notDirectory(top);
    const names = missing.map((path) => path.slice(dirname(top).length).replace(/^\/+/, ''));
    await engine.putArchive(
      helper,
      helperPlace,
      await directoriesTar(names.map((name) => ({ name, mode: ownerOnly, ...ids }))),
    );
  });
}

/** The same on this machine, outermost first. False: this user may not. */
export async function makeDirectoriesHere(directories: readonly string[], owner: Owner): Promise<boolean> {
  try {
    const ids = await idsOf(owner);
    await mkdir(dirname(directories[0] ?? '/'), { recursive: true });
    for (const directory of directories) await makeHere(directory, ids);
    return true;
  } catch {
    return false;
  }
}

async function makeHere(directory: string, { uid, gid }: Ids): Promise<void> {
  if (await isDirectory(directory)) return;
  const own = process.getuid?.() ?? uid;
  // Only root may give a directory to another user.
  if (own !== uid && own !== 0) throw new TypeError(`${directory} is to belong to user ${String(uid)}`);
  try {
    await mkdir(directory, ownerOnly);
  } catch (error) {
    // Made by what prepares another instance at the same time.
    if (await isDirectory(directory)) return;
    throw error;
  }
  if (own === uid) return;
  const handle = await open(directory, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    await handle.chown(uid, gid);
  } finally {
    await handle.close();
  }
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}

/** Data belongs to whom the project's directory belongs to; without a project, to who runs dockerops. */
async function idsOf(owner: Owner): Promise<Ids> {
  if (owner.kind === 'project') return stat(owner.path);
  return { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
}

function notDirectory(path: string): OperationFailed {
  return new OperationFailed(`${path} is not a directory, or a link to none`, {
    code: 'DATA_DIRECTORY',
    suggestions: [`see what it is, on the host of the engine: ls -ld ${path}`],
  });
}
