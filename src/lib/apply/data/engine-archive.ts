import { Readable } from 'node:stream';
import type { Engine } from '../../engine/engine.ts';
import { ignoreNotFound } from '../../errors.ts';
import { helperPlace } from '../host-directory.ts';

export interface Header {
  readonly type?: string | null | undefined;
  readonly mode?: number | undefined;
  readonly linkname?: string | null | undefined;
}

/** The entries of an archive that the engine sends. Destroy the archive to stop before its end. */
export async function readHeaders(
  archive: Readable,
): Promise<AsyncIterable<AsyncIterable<unknown> & { readonly header: Header }>> {
  const { tarEntries } = await import('../../engine/archive/tar-reader.ts');
  return tarEntries(archive);
}

/** Whether a helper's directory has this path. */
export async function exists(engine: Engine, helper: string, path: string): Promise<boolean> {
  const archive = await engine.readArchive(helper, `${helperPlace}/${path}`).catch(ignoreNotFound);
  archive?.destroy();
  return archive !== undefined;
}

export interface DirectoryEntry {
  readonly name: string;
  readonly mode: number;
  readonly uid?: number;
  readonly gid?: number;
}

/** A tar of empty directories, outermost first. */
export async function directoriesTar(directories: readonly DirectoryEntry[]): Promise<Readable> {
  const { pack } = await import('tar-stream');
  const tar = pack();
  for (const { name, mode, uid = 0, gid = 0 } of directories)
    tar.entry({ name: `${name}/`, type: 'directory', mode, uid, gid });
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}
