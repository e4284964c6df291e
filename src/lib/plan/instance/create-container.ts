import { planData } from './data.ts';
import type { Decision, InstanceContext } from './decision.ts';
import { instanceLabels } from './instance-labels.ts';
import { planInstanceKeys } from './instance-keys.ts';
import { carriedVolumes, tellKept } from './own-volumes.ts';
import { prerequisites } from './references.ts';
import { planVolumes } from './volumes.ts';

/** Creates the container when everything that it is made of is there. Returns the id of the operation. */
export function createContainer(decision: Decision, removed: readonly string[], context: InstanceContext): string {
  const { spec, reason: cause, existing } = decision;
  const { builder, images, owner, network, observed } = context;
  const data = planData(spec, { cause, taken: removed, image: images.makerOf(spec.image) }, context);
  const volumes = planVolumes(spec, cause, context);
  const keys = planInstanceKeys(spec, context);
  const { carried, left } = carriedVolumes(spec, existing, observed);
  tellKept(spec.key, left, builder);
  const hasFixedAddress = spec.network.mode === 'network' && spec.network.reservedAddress && network !== undefined;
  return builder.add({
    id: `create ${spec.key}`,
    kind: 'create-container',
    subject: spec.key,
    cause,
    needs: [...new Set([...removed, ...volumes, ...data, ...keys, ...prerequisites(spec, context)])],
    spec,
    image: images.choice(spec.image),
    labels: instanceLabels(spec, owner),
    ...(hasFixedAddress ? { fixedAddress: network.reserved } : {}),
    ...(carried.length > 0 ? { carried } : {}),
  });
}
