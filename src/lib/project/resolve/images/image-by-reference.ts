import { canonicalReference } from '../../../image-reference.ts';
import type { ObservedImage } from '../../../model/observed-state.ts';

const indexes = new WeakMap<readonly ObservedImage[], ReadonlyMap<string, ObservedImage>>();

/** The engine's image of a reference. The index is made once for a list, since every instance asks. */
export function imageByReference(reference: string, images: readonly ObservedImage[]): ObservedImage | undefined {
  const index = indexes.get(images) ?? indexOf(images);
  indexes.set(images, index);
  return index.get(canonicalReference(reference));
}

/** Of two images with one reference the first counts. */
function indexOf(images: readonly ObservedImage[]): ReadonlyMap<string, ObservedImage> {
  const pairs = images.flatMap((image) => image.references.map((each) => [canonicalReference(each), image] as const));
  return new Map(pairs.reverse());
}
