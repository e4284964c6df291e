import { baseImageSet } from '../build/base-images/base-image-set.ts';
import { isOsId, type OsId } from '../build/base-images/os-table.ts';
import { fillHashes } from '../build/fill-hashes.ts';
import type { FolderDigests } from '../build/input-hash.ts';
import type { ObservedState } from '../observe/observed-state.ts';
import type { ImageSpec } from '../project/project.ts';
import type { SeenPlatform } from './open-platform.ts';
import { baseHashes } from './image-sources.ts';

type Place = Pick<SeenPlatform, 'baseImagesDirectory' | 'newFolders'>;

/** Images parents first, each with the hash of what it is made from; base images that a FROM line needs are among them. */
export async function hashedImages(images: readonly ImageSpec[], observed: ObservedState, platform: Place, folders = platform.newFolders()): Promise<readonly ImageSpec[]> {
  const systems = [...new Set(images.flatMap(({ source }) => (source.kind === 'base' && isOsId(source.os) ? [source.os] : [])))];
  const hashes = await Promise.all(systems.map((os) => hashesOf(os, observed, platform.baseImagesDirectory)));
  const imageIds = Object.fromEntries(observed.images.flatMap(({ id, references }) => references.map((reference) => [reference, id])));
  const hashed = await fillHashes(images, { baseHashes: Object.assign({}, ...hashes) as Record<string, string>, imageIds }, folders);
  folders.remember();
  return hashed;
}

/** Begins to read the folders of services while the engine answers. */
export function beginToRead({ project: { services }, newFolders }: Pick<SeenPlatform, 'project' | 'newFolders'>, names: readonly string[]): FolderDigests {
  const folders = newFolders();
  for (const service of new Set(names.map((name) => services.get(name)))) {
    if (service?.kind === 'folder') void folders.of({ directory: service.directory, dockerfile: 'Dockerfile' });
  }
  return folders;
}

async function hashesOf(os: OsId, observed: ObservedState, directory: string): Promise<Readonly<Record<string, string>>> {
  return baseHashes(await baseImageSet(os, directory, observed.engine.architecture));
}
