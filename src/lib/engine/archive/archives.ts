import { dirname } from 'node:path/posix';
import type { Readable } from 'node:stream';
import { NotFound } from '../../errors.ts';
import { nameFor } from '../container-names.ts';
import { loadDockerode } from '../dockerode.ts';
import { uploadFailure } from '../engine-errors.ts';
import type { TarEntry } from '../engine.ts';
import type { Connection } from '../connection/connection.ts';
import { whileAlive } from '../connection/alive.ts';
import { call, openStream } from '../connection/http.ts';
import { segment } from '../connection/request.ts';

/**
 * Puts files into a container, with one call for its root and one for each volume. Missing directories are made with
 * mode 755, the innermost with the owner of its file. Existing directories are not in the tar, as that would change
 * them; missing ones are, because engines make directories that a tar only implies with mode 777.
 */
export async function putFiles(
  connection: Connection,
  id: string,
  files: readonly TarEntry[],
  volumes: readonly string[] = [],
): Promise<void> {
  for (const [root, inside] of byRoot(files, volumes)) await putInto(connection, id, root, inside);
}

/** The files by the innermost volume that they are in. */
function byRoot(files: readonly TarEntry[], volumes: readonly string[]): ReadonlyMap<string, readonly TarEntry[]> {
  const roots = volumes.toSorted((a, b) => b.length - a.length);
  return Map.groupBy(files, ({ path }) => roots.find((root) => path.startsWith(`${root}/`)) ?? '/');
}

async function putInto(connection: Connection, id: string, root: string, files: readonly TarEntry[]): Promise<void> {
  const directories = await missingDirectories(connection, id, files);
  await call(connection, {
    step: `put files into ${nameFor(id)}`,
    method: 'PUT',
    path: archivePath(id),
    query: { path: root },
    body: await packEntries(root, directories, files),
  });
}

/** Without dockerode: `ps` reads secrets with it, and must start fast. */
export async function readArchive(connection: Connection, id: string, path: string): Promise<Readable> {
  return openStream(connection, {
    step: `read ${path} in ${nameFor(id)}`,
    method: 'GET',
    path: archivePath(id),
    query: { path },
  });
}

/** Streams a tar of any length. An engine that refuses it may close the connection before its answer can be read. */
export async function putArchive(connection: Connection, id: string, path: string, archive: Readable): Promise<void> {
  const step = `write to ${path} in ${nameFor(id)}`;
  const dockerode = await loadDockerode(connection);
  try {
    await whileAlive(connection, dockerode.getContainer(id).putArchive(archive, { path }));
  } catch (cause) {
    throw uploadFailure(step, cause, archive, { address: connection.address });
  }
}

type Directory = Omit<TarEntry, 'content'>;

async function missingDirectories(
  connection: Connection,
  id: string,
  files: readonly TarEntry[],
): Promise<readonly Directory[]> {
  const firstFiles = new Map(files.map((file) => [dirname(file.path), file]));
  const missing = new Set<string>();
  for (const directory of firstFiles.keys()) {
    for (
      let path = directory;
      path !== '/' && !missing.has(path) && !(await exists(connection, id, path));
      path = dirname(path)
    )
      missing.add(path);
  }
  return [...missing]
    .sort()
    .map((path) => ({ path, mode: 0o755, uid: firstFiles.get(path)?.uid ?? 0, gid: firstFiles.get(path)?.gid ?? 0 }));
}

async function exists(connection: Connection, id: string, path: string): Promise<boolean> {
  try {
    await call(connection, {
      step: `look for ${path} in ${nameFor(id)}`,
      method: 'HEAD',
      path: archivePath(id),
      query: { path },
    });
    return true;
  } catch (error) {
    if (error instanceof NotFound) return false;
    throw error;
  }
}

function archivePath(id: string): string {
  return `/containers/${segment(id)}/archive`;
}

async function packEntries(
  root: string,
  directories: readonly Directory[],
  files: readonly TarEntry[],
): Promise<Buffer> {
  const { pack: makePack } = await import('tar-stream');
  const pack = makePack();
  for (const { path, ...rest } of directories) pack.entry({ ...rest, name: relative(root, path), type: 'directory' });
  for (const { path, content, ...rest } of files) pack.entry({ ...rest, name: relative(root, path) }, content);
  pack.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of pack) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function relative(root: string, path: string): string {
  return path.slice(root.length).replace(/^\/+/, '');
}
