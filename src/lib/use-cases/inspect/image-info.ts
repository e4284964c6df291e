import { definedOnly } from '../../defined.ts';
import { canonicalReference } from '../../image-reference.ts';
import { label } from '../../labels.ts';
import type { ImageSpec } from '../../model/desired.ts';
import type { ObservedImage } from '../../model/observed-state.ts';

export interface ImageInfo {
  readonly reference: string;
  readonly id?: string;
  /** Seconds since 1970. */
  readonly created?: number;
  readonly state:
    | 'current'
    | 'older than its source'
    | 'not built by dockerops'
    | 'missing'
    | 'from a registry'
    | 'of unknown source';
  /** Hash of the present source. */
  readonly sourceHash?: string;
  /** Hash of the source that the image was built from. */
  readonly builtHash?: string;
  readonly parents: readonly string[];
}

/** The image of a service beside its source. `specs` are those with a source here, with their hashes. */
export function imageInfo(reference: string, specs: readonly ImageSpec[], images: readonly ObservedImage[]): ImageInfo {
  const canonical = canonicalReference(reference);
  const spec = specs.find((image) => canonicalReference(image.reference) === canonical);
  const image = images.find(({ references }) => references.some((each) => canonicalReference(each) === canonical));
  const builtHash = image?.labels[label.sourceHash];
  return {
    reference,
    parents: spec?.parents ?? [],
    state: stateOf(spec?.inputHash, image, builtHash),
    ...definedOnly({ id: image?.id, created: image?.created, sourceHash: spec?.inputHash, builtHash }),
  };
}

function stateOf(
  sourceHash: string | undefined,
  image: ObservedImage | undefined,
  builtHash: string | undefined,
): ImageInfo['state'] {
  if (image === undefined) return 'missing';
  if (sourceHash === undefined) return builtHash === undefined ? 'from a registry' : 'of unknown source';
  if (builtHash === undefined) return 'not built by dockerops';
  return builtHash === sourceHash ? 'current' : 'older than its source';
}
