import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';
import { NotFound } from '../../src/lib/errors.ts';
import type { TarEntry } from '../../src/lib/engine/engine.ts';
import type { FakeContainer } from './fake-container.ts';

type Files = Map<string, TarEntry>;

/** Where a path of a container is stored: in its own files, or in files of the host that it mounts. */
export function placeOf(
  { config, files }: FakeContainer,
  hostFiles: Files,
  path: string,
): { readonly files: Files; readonly path: string } {
  const mount = config.mounts.find(
    ({ kind, target }) =>
      (kind === 'directory' || kind === 'data' || kind === 'bind') &&
      (path === target || path.startsWith(`${target}/`)),
  );
  if (mount === undefined || !('directory' in mount || 'source' in mount)) return { files, path };
  const directory = 'source' in mount ? mount.source : mount.directory;
  return { files: hostFiles, path: directory + path.slice(mount.target.length) };
}

/** A path as a tar, named as the engine does: `/a/b` and `/a/b/` give `b/…`, `/a/b/.` gives `./…`. */
export function archiveOf(container: FakeContainer, hostFiles: Files, wanted: string): Readable {
  const dotted = wanted.endsWith('/.');
  const { files, path } = placeOf(container, hostFiles, wanted.replace(/\/\.?$/, ''));
  const top = dotted ? '.' : (path.split('/').at(-1) ?? '');
  const found = [...files]
    .filter(([name]) => name === path || name.startsWith(`${path}/`))
    .sort(([a], [b]) => (a < b ? -1 : 1));
  if (found.length === 0) throw new NotFound(`read ${wanted}: no such file`, { code: 'NOT_FOUND' });
  const tar = pack();
  const [first] = found;
  if (first?.[0] !== path && first?.[0] !== `${path}/`) tar.entry({ name: `${top}/`, type: 'directory' });
  for (const [name, { mode, uid, gid, content }] of found) {
    const header = { name: top + name.slice(path.length), mode, uid, gid };
    if (name.endsWith('/')) tar.entry({ ...header, type: 'directory' });
    else tar.entry(header, content);
  }
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}

export async function extractTo(
  container: FakeContainer,
  hostFiles: Files,
  to: string,
  archive: Readable,
): Promise<void> {
  const reader = extract();
  archive.on('error', (error) => reader.destroy(error)).pipe(reader);
  for await (const entry of reader) {
    const { name, type, mode, uid, gid } = entry.header;
    const relative = name.replace(/^\.?\//, '').replace(/\/$/, '');
    const { files, path } = placeOf(
      container,
      hostFiles,
      relative === '' ? to : `${to.replace(/\/$/, '')}/${relative}`,
    );
    files.set(type === 'directory' ? `${path}/` : path, { path, mode, uid, gid, content: await buffer(entry) });
  }
}
