import { OperationFailed } from '../errors.ts';
import type { InstanceSpec, SwarmPlacement } from '../model/desired.ts';
import type { OperationOf } from '../plan/operation.ts';
import { expectAbsent, expectPresent } from './expectations.ts';
import type { Step } from './step.ts';
import { toContainer } from './to-container.ts';

export async function createSwarmService(
  { spec, labels }: OperationOf<'create-swarm-service'>,
  { context: { engine, registryLogin, onService }, results }: Step,
): Promise<void> {
  const placement = placementOf(spec);
  const config = await toContainer({ spec, labels, image: { reference: spec.image } }, results);
  const creation = engine.createSwarmService(spec.container, config, placement, registryLogin?.(spec.key));
  const { id } = await expectAbsent(creation, `service ${spec.container}`);
  onService?.(spec.key, id);
}

export async function updateSwarmService(
  { spec, labels, serviceId, version }: OperationOf<'update-swarm-service'>,
  { context: { engine }, results }: Step,
): Promise<void> {
  const placement = placementOf(spec);
  const config = await toContainer({ spec, labels, image: { reference: spec.image } }, results);
  const update = engine.updateSwarmService(serviceId, version, spec.container, config, placement);
  await expectPresent(update, `service ${spec.container}`);
}

export async function removeSwarmService(
  { serviceId, name }: OperationOf<'remove-swarm-service'>,
  { context: { engine } }: Step,
): Promise<void> {
  await expectPresent(engine.removeSwarmService(serviceId), `service ${name}`);
}

/**
 * Refuses what would be left out: tasks are containers of the Swarm's making, into which nothing can be put before they
 * start.
 */
function placementOf({ key, placement, files }: InstanceSpec): SwarmPlacement {
  if (placement.kind !== 'swarm') throw new TypeError(`${key} is not placed on a Swarm`);
  if (files.length === 0) return placement;
  const paths = files.map(({ path }) => path).join(', ');
  throw new OperationFailed(`${key} needs files that a Swarm service cannot have: ${paths}`, {
    code: 'SWARM_UNSUPPORTED',
    suggestions: ['run it as a single container, or use an image that contains these files'],
  });
}
