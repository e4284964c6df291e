import { label } from '../../labels.ts';
import type { InstanceSpec } from '../../model/desired.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import type { ReplacedContainer } from '../operation-parts.ts';
import { newName } from '../replacement/replacement-names.ts';
import { planData } from './data.ts';
import { isBeside, type Decision, type InstanceContext } from './decision.ts';
import { imageHistory } from './image-history.ts';
import { instanceLabels } from './instance-labels.ts';
import { planInstanceKeys } from './instance-keys.ts';
import { carriedVolumes, warnOfKeptVolumes } from './own-volumes.ts';
import { prerequisites } from './references.ts';
import { planVolumes } from './volumes.ts';

/** Creates the container when everything that it is made of is there. Returns the id of the operation. */
export function createContainer(decision: Decision, removed: readonly string[], context: InstanceContext): string {
  const { spec, reason: cause, existing } = decision;
  const { builder, images, owner, network, observed } = context;
  const beside = isBeside(decision) ? decision.existing : undefined;
  const data = planData(spec, { cause, taken: removed, image: images.makerOf(spec.image), beside }, context);
  const volumes = planVolumes(spec, cause, context);
  const keys = planInstanceKeys(spec, context);
  const { carried, left } = carriedVolumes(spec, existing, observed);
  warnOfKeptVolumes(spec.key, left, builder);
  const hasFixedAddress = spec.network.mode === 'network' && spec.network.reservedAddress && network !== undefined;
  return builder.add({
    id: `create ${spec.key}`,
    kind: 'create-container',
    subject: spec.key,
    cause,
    needs: [...new Set([...removed, ...volumes, ...data, ...keys, ...prerequisites(spec, context)])],
    spec,
    image: images.choice(spec.image),
    labels: {
      ...instanceLabels(spec, owner),
      ...imageHistory(decision, context),
      ...(beside === undefined ? {} : { [label.replaces]: [beside.id] }),
    },
    ...(hasFixedAddress ? { fixedAddress: network.reserved } : {}),
    ...(carried.length > 0 ? { carried } : {}),
    ...(beside === undefined ? {} : { replaces: replacedBy(spec, beside) }),
  });
}

function replacedBy({ container }: InstanceSpec, { id, volumes }: ObservedContainer): ReplacedContainer {
  return { id, name: newName(container), volumes: [...new Set(volumes.map(({ name }) => name))].sort() };
}
