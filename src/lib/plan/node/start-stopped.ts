import { canonicalReference } from '../../image-reference.ts';
import type { Desired, InstanceSpec } from '../../model/desired.ts';
import type { ObservedContainer, ObservedImage, ObservedState } from '../../model/observed-state.ts';
import type { PlanBuilder } from '../builder.ts';
import { isSameOwner } from '../ownership.ts';
import { expectedOf } from '../remove.ts';
import { instanceDifferences } from '../spec/differences.ts';

/** A container that stopped and is as desired otherwise. */
export interface Stopped {
  readonly spec: InstanceSpec;
  readonly container: ObservedContainer;
}

/**
 * Containers that are started again as they are, so that their files and logs stay. `anew`: services whose container
 * could not be started, so that they get a new one.
 */
export function stoppedAsDesired(
  { instances, owner }: Desired,
  { containers, images }: ObservedState,
  anew: ReadonlySet<string>,
): readonly Stopped[] {
  const byName = new Map(containers.map((container) => [container.name, container]));
  return instances.flatMap((spec) => {
    const container = byName.get(spec.container);
    if (container?.state !== 'exited' || anew.has(spec.key)) return [];
    const isOwn = container.ownership !== undefined && isSameOwner(container.ownership.owner, owner);
    const isSame = instanceDifferences(container, spec).length === 0 && isFromImage(container, spec, images);
    return isOwn && isSame ? [{ spec, container }] : [];
  });
}

/** An image that is gone from the engine is no reason for a new container. */
function isFromImage(
  { imageId }: ObservedContainer,
  { image }: InstanceSpec,
  images: readonly ObservedImage[],
): boolean {
  const reference = canonicalReference(image);
  const found = images.find(({ references }) => references.some((each) => canonicalReference(each) === reference));
  return found === undefined || found.id === imageId;
}

export function startAgain({ spec: { key }, container }: Stopped, builder: PlanBuilder): void {
  const { name, exitCode } = container;
  const cause = `exited with code ${String(exitCode ?? 'unknown')}`;
  builder.verdicts.push({ key, container: name, verdict: 'start', reason: cause, differences: [] });
  builder.add({
    id: `start ${key}`,
    kind: 'start-container',
    subject: key,
    cause,
    needs: [],
    container: name,
    expected: expectedOf(container),
  });
}
