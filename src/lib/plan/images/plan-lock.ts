import { definedOnly } from '../../defined.ts';
import { canonicalReference } from '../../image-reference.ts';
import type { ImageSpec, Owner } from '../../model/desired.ts';
import type { ObservedState } from '../../model/observed-state.ts';
import { PlanBuilder } from '../builder.ts';
import type { ImageToLock } from '../operation-parts.ts';
import type { Plan } from '../plan.ts';
import { planImages, type ImageOptions } from './plan-images.ts';

export interface LockRequest {
  /** Absolute. */
  readonly file: string;
  readonly project: string;
  readonly conf: string;
  /** Reference of its image by service. */
  readonly services: Readonly<Record<string, string>>;
}

/** Images, and then a file that says which they are. `images` come with hashes. */
export function planLock(
  owner: Owner,
  images: readonly ImageSpec[],
  observed: Pick<ObservedState, 'images'>,
  options: ImageOptions,
  { services, ...lock }: LockRequest,
): Plan {
  const builder = new PlanBuilder(owner);
  const { operations, verdicts } = planImages(images, observed.images, options);
  builder.verdicts.push(...verdicts);
  const made = operations.map((operation) => builder.add(operation));
  const byName = new Map(images.map((image) => [canonicalReference(image.reference), image]));
  builder.add({
    id: 'write lock',
    kind: 'write-lock',
    subject: lock.file,
    cause: 'requested',
    needs: made,
    owner,
    ...lock,
    images: Object.fromEntries(
      Object.entries(services).map(([service, reference]) => [service, imageToLock(reference, byName)]),
    ),
  });
  return builder.finish();
}

function imageToLock(reference: string, byName: ReadonlyMap<string, ImageSpec>): ImageToLock {
  const image = byName.get(canonicalReference(reference));
  return { reference, ...definedOnly({ inputHash: image?.inputHash, base: image && baseOf(image, byName) }) };
}

/** The base image that an image is built on, over any number of others. */
function baseOf(image: ImageSpec, byName: ReadonlyMap<string, ImageSpec>): ImageToLock['base'] {
  if (image.source.kind === 'base') return { os: image.source.os, reference: image.reference };
  // The last parent is that of the last stage, or of one before it.
  for (const parent of image.parents.toReversed()) {
    const found = byName.get(canonicalReference(parent));
    const base = found && baseOf(found, byName);
    if (base !== undefined) return base;
  }
  return undefined;
}
