import { basename, dirname } from 'node:path/posix';
import type { Engine } from '../../engine/engine.ts';
import { NotFound, ignoreNotFound } from '../../errors.ts';
import { isEnteredByOthers } from '../../model/data-directories.ts';
import type { Owner } from '../../model/desired.ts';
import { helperPlace, withExistingDirectory } from '../host-directory.ts';
import { readHeaders } from './engine-archive.ts';

/**
 * Which of these directories other users of the engine's host may enter, as far as their modes and those of the
 * directories around them tell. Looked up by containers that never start: for engines elsewhere.
 */
export async function openDirectoriesOf(
  engine: Engine,
  owner: Owner,
  directories: readonly string[],
): Promise<readonly string[]> {
  const open: string[] = [];
  for (const [outer, inside] of Map.groupBy(directories.toSorted(), (each) => dirname(each)))
    open.push(...(await openIn(engine, owner, outer, inside)));
  return open;
}

async function openIn(
  engine: Engine,
  owner: Owner,
  outer: string,
  inside: readonly string[],
): Promise<readonly string[]> {
  const look = async (helper: string): Promise<readonly string[]> => {
    if (!(await isOpen(engine, helper, helperPlace))) return [];
    const open: string[] = [];
    for (const each of inside) if (await isOpen(engine, helper, `${helperPlace}/${basename(each)}`)) open.push(each);
    return open;
  };
  return withExistingDirectory(engine, owner, outer, look).catch((error: unknown) => {
    if (error instanceof NotFound && error.code === 'NO_DIRECTORY') return [];
    throw error;
  });
}

/** The first header is the directory's own; no more of it is read. */
async function isOpen(engine: Engine, helper: string, path: string): Promise<boolean> {
  const archive = await engine.readArchive(helper, path).catch(ignoreNotFound);
  if (archive === undefined) return false;
  for await (const { header } of await readHeaders(archive)) {
    archive.destroy();
    return isEnteredByOthers(header.mode ?? 0);
  }
  return false;
}
