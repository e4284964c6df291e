import type { NetworkSpec, Owner } from '../../model/desired.ts';
import type { HostFacts } from '../../model/host-facts.ts';
import type { ObservedNetwork, ObservedState } from '../../model/observed-state.ts';
import { PlanBuilder } from '../builder.ts';
import type { HostContext } from '../context.ts';
import { isLabelledAs, ownerLabels } from '../ownership.ts';
import type { Blocker } from '../plan.ts';
import type { NetworkPlan } from './decision.ts';
import { firstFree, formatSubnet, networkLayout, parseSubnet, type Subnet } from './subnets.ts';

/** The owner's network: the existing one, else a new one on the first subnet of its range that nothing here uses. */
export function planNetwork(spec: NetworkSpec, context: HostContext): NetworkPlan {
  const existing = context.observed.networks.find(({ name }) => name === spec.name);
  return existing === undefined ? createNetwork(spec, context) : useNetwork(spec, existing, context);
}

/** What would keep a run from having the owner's network. */
export function networkBlockers(
  owner: Owner,
  network: NetworkSpec,
  observed: ObservedState,
  facts: HostFacts,
): readonly Blocker[] {
  const builder = new PlanBuilder(owner);
  planNetwork(network, { owner, observed, facts, builder });
  return builder.blockers;
}

function useNetwork(spec: NetworkSpec, existing: ObservedNetwork, { owner, builder }: HostContext): NetworkPlan {
  const subnet = parseSubnet(existing.subnets[0] ?? '');
  if (!isLabelledAs(owner, existing.labels) || subnet === undefined) {
    builder.blockers.push({
      subject: spec.name,
      message: `network ${spec.name} was not made by this project (${existing.id.slice(0, 12)})`,
      suggestions: [
        `remove it, if nothing needs it: docker network rm ${spec.name}`,
        'or use another project name: --project NAME',
      ],
    });
  }
  return { name: spec.name, reserved: subnet === undefined ? '' : networkLayout(subnet).reserved };
}

function createNetwork(spec: NetworkSpec, context: HostContext): NetworkPlan {
  const { owner, builder } = context;
  const subnet = freeSubnet(spec, context);
  if (subnet === undefined) {
    builder.blockers.push(noFreeSubnet(spec, context.observed));
    return { name: spec.name, reserved: '' };
  }
  const { dynamicRange, gateway, reserved } = networkLayout(subnet);
  const operation = builder.add({
    id: `network ${spec.name}`,
    kind: 'create-network',
    subject: spec.name,
    cause: 'no network',
    needs: [],
    network: spec.name,
    subnet: formatSubnet(subnet),
    dynamicRange,
    gateway,
    labels: ownerLabels(owner),
  });
  return { name: spec.name, operation, reserved };
}

function freeSubnet({ range, prefix }: NetworkSpec, { observed, facts }: HostContext): Subnet | undefined {
  const taken = [...observed.networks.flatMap(({ subnets }) => subnets), ...(facts.routes ?? [])]
    .map(parseSubnet)
    .filter((subnet) => subnet !== undefined);
  const all = parseSubnet(range);
  return all === undefined ? undefined : firstFree(all, prefix, taken);
}

function noFreeSubnet({ name, prefix, range }: NetworkSpec, { networks }: ObservedState): Blocker {
  const all = parseSubnet(range);
  const users = networks
    .filter(({ driver, subnets }) => driver === 'bridge' && subnets.some((text) => overlaps(text, all)))
    .map((network) => network.name);
  return {
    subject: name,
    message: `no free subnet of size /${String(prefix)} in ${range}`,
    suggestions: [
      `networks that use it: ${users.slice(0, 10).join(', ') || 'none; the host routes it elsewhere'}`,
      'use another range: DOCKEROPS_SUBNETS=10.220.0.0/16',
    ],
  };
}

function overlaps(text: string, range: Subnet | undefined): boolean {
  const subnet = parseSubnet(text);
  return subnet !== undefined && range !== undefined && firstFree(range, range.prefix, [subnet]) === undefined;
}
