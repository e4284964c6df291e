import type { NodePlan } from './plan-node.ts';
import type { HostFacts, PortHolder } from '../../model/host-facts.ts';

export type GatherPortHolders = (ports: ReadonlySet<number>) => Promise<readonly PortHolder[]>;

/**
 * Plans, and plans again with the holders of host ports where containers that publish some would start: nothing is
 * stopped for a container that could not start. Holders are found by looking through all processes, which is too slow
 * for passes that start nothing.
 */
export async function planWithPorts<P extends NodePlan>(
  facts: HostFacts,
  plan: (facts: HostFacts) => P,
  gather: GatherPortHolders,
): Promise<P> {
  const first = plan(facts);
  const { ports } = first;
  return facts.local && ports.size > 0 ? plan({ ...facts, portHolders: await gather(ports) }) : first;
}
