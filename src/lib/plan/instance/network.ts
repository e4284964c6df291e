import { label } from '../../labels.ts';
import type { Desired, NetworkSpec, Owner } from '../../model/desired.ts';
import type { HostFacts } from '../../model/host-facts.ts';
import type { ObservedNetwork, ObservedState } from '../../model/observed-state.ts';
import type { Blocker } from '../plan.ts';
import { PlanBuilder } from '../builder.ts';
import type { NetworkPlan, PlanContext } from '../context.ts';
import { isLabelledAs } from '../ownership.ts';
import { firstFree, formatSubnet, networkLayout, parseSubnet, type Subnet } from './subnets.ts';

/** Labels that prove the owner on networks and volumes. */
export function ownerLabels(owner: Owner): Readonly<Record<string, string>> {
  if (owner.kind === 'project')
    return { [label.project]: owner.name, [label.path]: owner.path, [label.machine]: owner.machine };
  return owner.kind === 'node' ? { [label.node]: owner.name } : { [label.server]: owner.name };
}

/** The owner's network: the one that stands, else a new one on the first subnet of its range that nothing here uses. */
type NetworkContext = Pick<PlanContext, 'observed' | 'facts' | 'builder'> & {
  readonly desired: Pick<Desired, 'owner' | 'network'>;
};

export function planNetwork(context: NetworkContext): NetworkPlan | undefined {
  const spec = context.desired.network;
  if (spec === undefined) return undefined;
  const standing = context.observed.networks.find((network) => network.name === spec.name);
  return standing === undefined ? createNetwork(spec, context) : useNetwork(spec, standing, context);
}

/** What would keep a run from having the owner's network. */
export function networkBlockers(
  owner: Owner,
  network: NetworkSpec,
  observed: ObservedState,
  facts: HostFacts,
): readonly Blocker[] {
  const builder = new PlanBuilder(owner);
  planNetwork({ desired: { owner, network }, observed, facts, builder });
  return builder.blockers;
}

function useNetwork(spec: NetworkSpec, standing: ObservedNetwork, { desired, builder }: NetworkContext): NetworkPlan {
  const subnet = parseSubnet(standing.subnets[0] ?? '');
  if (!isLabelledAs(desired.owner, standing.labels) || subnet === undefined) {
    builder.blockers.push({
      subject: spec.name,
      message: `network ${spec.name} is not this project's (${standing.id.slice(0, 12)})`,
      suggestions: [
        `remove it, if nothing needs it: docker network rm ${spec.name}`,
        'or use another project name: --project NAME',
      ],
    });
  }
  return { name: spec.name, reserved: subnet === undefined ? '' : networkLayout(subnet).reserved };
}

function createNetwork(spec: NetworkSpec, { desired, observed, facts, builder }: NetworkContext): NetworkPlan {
  const taken = [...observed.networks.flatMap((network) => network.subnets), ...(facts.routes ?? [])]
    .map(parseSubnet)
    .filter((subnet): subnet is Subnet => subnet !== undefined);
  const range = parseSubnet(spec.range);
  const subnet = range === undefined ? undefined : firstFree(range, spec.prefix, taken);
  if (subnet === undefined) {
    const unused = observed.networks
      .filter((network) => network.driver === 'bridge' && network.subnets.some((text) => overlaps(text, range)))
      .map((network) => network.name);
    builder.blockers.push({
      subject: spec.name,
      message: `no free subnet of size /${String(spec.prefix)} in ${spec.range}`,
      suggestions: [
        `networks that use it: ${unused.slice(0, 10).join(', ') || 'none; the host routes it elsewhere'}`,
        'take another range: DOCKEROPS_SUBNETS=10.220.0.0/16',
      ],
    });
    return { name: spec.name, reserved: '' };
  }
  const layout = networkLayout(subnet);
  const operation = builder.add({
    id: `network ${spec.name}`,
    kind: 'create-network',
    subject: spec.name,
    cause: 'no network',
    needs: [],
    network: spec.name,
    subnet: formatSubnet(subnet),
    dynamicRange: layout.dynamicRange,
    gateway: layout.gateway,
    labels: ownerLabels(desired.owner),
  });
  return { name: spec.name, operation, reserved: layout.reserved };
}

function overlaps(text: string, range: Subnet | undefined): boolean {
  const subnet = parseSubnet(text);
  return subnet !== undefined && range !== undefined && firstFree(range, range.prefix, [subnet]) === undefined;
}
