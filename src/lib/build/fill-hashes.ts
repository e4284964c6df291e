import { UserError } from '../errors.ts';
import { canonicalReference } from '../image-reference.ts';
import type { ImageSpec } from '../model/desired.ts';
import { imageGraph } from './image-graph.ts';
import { FolderDigests, inputHash, type ParentIdentity } from './input-hash.ts';
import { mapInBatches } from './in-batches.ts';

export interface KnownImages {
  /** Source hash of each base image, by reference. */
  readonly baseHashes: Readonly<Record<string, string>>;
  /** Ids of images that the engine has, by reference: what an outside parent is. */
  readonly imageIds: Readonly<Record<string, string>>;
}

const imagesAtOnce = 4;

/**
 * The same images, parents before children, each with the hash of all that it is made from. Images of a registry stay
 * without. Throws with every problem of the graph at once.
 */
export async function fillHashes(
  images: readonly ImageSpec[],
  known: KnownImages,
  folders = new FolderDigests(),
): Promise<readonly ImageSpec[]> {
  const graph = imageGraph(images);
  if (graph.problems.length > 0) {
    throw new UserError('the images cannot be built', { code: 'IMAGE_GRAPH', problems: graph.problems });
  }
  const baseHashes = byCanonicalName(known.baseHashes);
  const identities = byCanonicalName(known.imageIds);
  const filled: ImageSpec[] = [];
  for (const level of graph.levels) {
    await mapInBatches(
      level,
      imagesAtOnce,
      (image) => fill(image, baseHashes, identities, folders),
      (image) => filled.push(image),
    );
    for (const { reference, inputHash: hash } of filled) {
      if (hash !== undefined) identities.set(canonicalReference(reference), hash);
    }
  }
  return filled;
}

type ByName = ReadonlyMap<string, string>;

function byCanonicalName(values: Readonly<Record<string, string>>): Map<string, string> {
  return new Map(Object.entries(values).map(([reference, value]) => [canonicalReference(reference), value]));
}

async function fill(
  image: ImageSpec,
  baseHashes: ByName,
  identities: ByName,
  folders: FolderDigests,
): Promise<ImageSpec> {
  const hash =
    image.source.kind === 'folder'
      ? await hashFolder(image, image.source, identities, folders)
      : findBaseHash(image, baseHashes);
  return hash === undefined ? image : { ...image, inputHash: hash };
}

function findBaseHash(image: ImageSpec, baseHashes: ByName): string | undefined {
  return image.source.kind === 'base' ? baseHashes.get(canonicalReference(image.reference)) : undefined;
}

function hashFolder(
  image: ImageSpec,
  folder: Extract<ImageSpec['source'], { kind: 'folder' }>,
  identities: ByName,
  folders: FolderDigests,
): Promise<string> {
  return inputHash({ ...folder, parents: image.parents.map((parent) => identify(parent, identities)) }, folders);
}

/** An outside parent that the engine does not have is known by its name alone. */
function identify(parent: string, identities: ByName): ParentIdentity {
  const reference = canonicalReference(parent);
  return { reference, identity: identities.get(reference) ?? '' };
}
