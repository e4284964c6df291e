import type { ObservedContainer } from '../../model/observed-state.ts';
import type { Difference } from '../plan.ts';
import { difference } from './differences.ts';

/** A link's variable holds the address that its target had when the container was made. */
export function linkDifferences(
  existing: Pick<ObservedContainer, 'ownership'>,
  containers: readonly ObservedContainer[],
  network: string,
): readonly Difference[] {
  return Object.entries(existing.ownership?.linkAddresses ?? {}).flatMap(([target, address]) => {
    const now = containers.find(({ name }) => name === target)?.addresses[network] ?? '';
    return now === '' || now === address ? [] : [difference(`links.${target}`, address, now)];
  });
}
