import type { NodePlan } from './plan-node.ts';
import type { HostFacts, PortHolder } from '../../model/host-facts.ts';

export type GatherPortHolders = (ports: ReadonlySet<number>) => Promise<readonly PortHolder[]>;

/**
 * Plans; and where containers with ports of the host would be made, once more, knowing who holds these: what runs must not be stopped
 * for one that cannot start. Looking through all processes is not for passes that make nothing.
 */
export async function planWithPorts<P extends NodePlan>(
  facts: HostFacts,
  plan: (facts: HostFacts) => P,
  gather: GatherPortHolders,
): Promise<P> {
  const first = plan(facts);
  const ports = new Set(
    first.plan.operations.flatMap((operation) =>
      operation.kind === 'create-container' ? operation.spec.ports.flatMap(({ host }) => host ?? []) : [],
    ),
  );
  return facts.local && ports.size > 0 ? plan({ ...facts, portHolders: await gather(ports) }) : first;
}
