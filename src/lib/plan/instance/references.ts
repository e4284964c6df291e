import type { InstanceSpec, Reference } from '../../model/desired.ts';
import { isMade, type InstanceContext } from './decision.ts';

/** Values in the texts of an instance that exist only later. */
export function referencesOf(spec: InstanceSpec): readonly Reference[] {
  const texts = [...spec.environment.map(({ value }) => value), ...spec.files.map(({ content }) => content)];
  if (spec.network.mode === 'network' && spec.network.resolver !== undefined) texts.push(spec.network.resolver.server);
  return texts.flat().filter((piece) => typeof piece !== 'string');
}

/**
 * What the container needs before it can be created: its image, its network, and running instances whose addresses it
 * gets.
 */
export function prerequisites(spec: InstanceSpec, context: InstanceContext): readonly string[] {
  const image = context.images.makerOf(spec.image);
  const network = hasFixedAddress(spec) ? context.network?.operation : undefined;
  const targets = targetsOf(spec);
  const starts = [...context.decisions.values()]
    .filter((other) => isMade(other) && other.spec.key !== spec.key && targets.has(other.spec.container))
    .filter((other) => !hasFixedAddress(other.spec))
    .map((other) => `start ${other.spec.key}`);
  return [image, network, ...starts].filter((id) => id !== undefined);
}

/** Container names whose addresses the instance gets, or that it links to: they have to be there when it is created. */
export function targetsOf(spec: InstanceSpec): ReadonlySet<string> {
  const links = spec.network.mode === 'network' ? spec.network.links.map(({ target }) => target) : [];
  const addresses = referencesOf(spec).flatMap((piece) => ('addressOf' in piece ? [piece.addressOf] : []));
  return new Set([...addresses, ...links]);
}

/**
 * The engine looks for a network when a container starts (seen on 20.10, 26 and 28), but for one with a fixed address
 * already when it is created.
 */
export function networkAtStart(spec: InstanceSpec, { network }: InstanceContext): readonly string[] {
  return spec.network.mode === 'network' && !hasFixedAddress(spec) && network?.operation !== undefined
    ? [network.operation]
    : [];
}

function hasFixedAddress({ network }: InstanceSpec): boolean {
  return network.mode === 'network' && network.reservedAddress;
}
