import type { ImageSpec, Owner } from '../../model/desired.ts';
import type { ObservedState } from '../../model/observed-state.ts';
import { PlanBuilder } from '../builder.ts';
import type { Plan } from '../plan.ts';
import { planImages, type ImageOptions } from './plan-images.ts';

/** Images alone, without containers. */
export function planImagesOnly(
  owner: Owner,
  images: readonly ImageSpec[],
  observed: Pick<ObservedState, 'images'>,
  options: ImageOptions,
): Plan {
  const builder = new PlanBuilder(owner);
  const { operations, verdicts } = planImages(images, observed.images, options);
  builder.verdicts.push(...verdicts);
  for (const operation of operations) builder.add(operation);
  return builder.finish();
}

/**
 * The pulls of a plan as a plan of their own, if it has any. The ports that an image exposes, and the hash of what is
 * built on it, are known only once it is here; so the whole is planned again after them.
 */
export function pullsOf({ owner, operations, verdicts }: Plan): Plan | undefined {
  const builder = new PlanBuilder(owner);
  for (const operation of operations) if (operation.kind === 'pull-image') builder.add({ ...operation, needs: [] });
  if (builder.operations.length === 0) return undefined;
  const pulled = new Set(builder.operations.map(({ subject }) => subject));
  builder.verdicts.push(...verdicts.filter(({ key }) => pulled.has(key)));
  return builder.finish();
}
