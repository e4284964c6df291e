import type { InstanceSpec } from '../../model/desired.ts';
import type { HostFacts } from '../../model/host-facts.ts';
import { gatherPortHolders } from '../../observe/port-holders.ts';

/**
 * Finds the processes that use ports of a local host. It examines every process, so only if an instance publishes a
 * port.
 */
export async function withPortHolders(
  facts: HostFacts,
  instances: readonly Pick<InstanceSpec, 'ports'>[],
): Promise<HostFacts> {
  const ports = new Set(instances.flatMap((instance) => instance.ports.flatMap(({ host }) => host ?? [])));
  return facts.local && ports.size > 0 ? { ...facts, portHolders: await gatherPortHolders(ports) } : facts;
}
