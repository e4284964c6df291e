import { buffer } from 'node:stream/consumers';
import { compareText, type LayerFile, type LayerFiles } from './layer-files.ts';
import { ancestors, type TarEntry } from './tar-index.ts';
import { tarStream } from '../../engine/archive/tar-writer.ts';

/** Owner and mode of the directories in the layers below: a layer that names one again must not change them. */
export type DirectoryLookup = (path: string) => Pick<TarEntry, 'mode' | 'uid' | 'gid'> | undefined;

/** Files of ours as a layer: owner root, one time, sorted, each directory named before what is in it. */
export async function makeRootfsLayer(
  { files, emptyDirectories }: LayerFiles,
  epochSeconds: number,
  lookup: DirectoryLookup,
): Promise<Buffer> {
  const mtime = new Date(epochSeconds * 1000);
  const byPath = new Map<string, LayerFile | undefined>(files.map((file) => [file.path, file]));
  for (const directory of emptyDirectories) byPath.set(directory, undefined);
  for (const path of [...byPath.keys()].flatMap(ancestors)) byPath.set(path, undefined);
  const paths = [...byPath.keys()].sort(compareText);
  const layer = tarStream(async (tar) => {
    for (const path of paths) {
      const file = byPath.get(path);
      const { mode = 0o755, uid = 0, gid = 0 } = lookup(path) ?? {};
      if (file === undefined) tar.entry({ name: `${path}/`, type: 'directory', mode, uid, gid, mtime });
      else tar.entry({ name: path, mode: file.mode, mtime }, file.content);
    }
  });
  return buffer(layer);
}
