import { baseImageSet } from '../build/base-images/base-image-set.ts';
import { isOsId, type OsId } from '../build/base-images/os-table.ts';
import { fillHashes } from '../build/fill-hashes.ts';
import type { ObservedState } from '../observe/observed-state.ts';
import type { ImageSpec } from '../project/project.ts';
import { baseHashes } from './image-sources.ts';

/** Images parents first, each with the hash of what it is made from; base images that a FROM line needs are among them. */
export async function hashedImages(images: readonly ImageSpec[], observed: ObservedState, baseImagesDirectory: string): Promise<readonly ImageSpec[]> {
  const systems = [...new Set(images.flatMap(({ source }) => (source.kind === 'base' && isOsId(source.os) ? [source.os] : [])))];
  const hashes = await Promise.all(systems.map((os) => hashesOf(os, observed, baseImagesDirectory)));
  const imageIds = Object.fromEntries(observed.images.flatMap(({ id, references }) => references.map((reference) => [reference, id])));
  return fillHashes(images, { baseHashes: Object.assign({}, ...hashes) as Record<string, string>, imageIds });
}

async function hashesOf(os: OsId, observed: ObservedState, directory: string): Promise<Readonly<Record<string, string>>> {
  return baseHashes(await baseImageSet(os, directory, observed.engine.architecture));
}
