import type { NetworkSpec, Owner } from '../../model/desired.ts';
import type { ObservedNetwork } from '../../model/observed-state.ts';
import { PlanBuilder } from '../builder.ts';
import { firstFree, formatSubnet, networkLayout, parseSubnet } from '../instance/subnets.ts';
import { isLabelledAs, ownerLabels } from '../ownership.ts';
import type { Plan } from '../plan.ts';

/** The network of a server's units: the existing one, else a new one on the first free subnet. */
export function planUnitNetwork(
  owner: Owner,
  spec: NetworkSpec,
  driver: 'bridge' | 'overlay',
  networks: readonly ObservedNetwork[],
): Plan {
  const builder = new PlanBuilder(owner);
  const existing = networks.find(({ name }) => name === spec.name);
  if (existing === undefined) create(spec, driver, networks, builder);
  else check(existing, driver, builder);
  const { operations, verdicts, blockers, warnings } = builder;
  return { owner, operations, verdicts, blockers, warnings };
}

function create(
  { name, range, prefix }: NetworkSpec,
  driver: 'bridge' | 'overlay',
  networks: readonly ObservedNetwork[],
  builder: PlanBuilder,
): void {
  const taken = networks.flatMap(({ subnets }) => subnets.map(parseSubnet)).filter((subnet) => subnet !== undefined);
  const all = parseSubnet(range);
  const subnet = all && firstFree(all, prefix, taken);
  if (subnet === undefined) {
    const message = `no free subnet of size /${String(prefix)} in ${range}`;
    builder.blockers.push({ subject: name, message, suggestions: ['remove networks that nothing uses'] });
    return;
  }
  const { dynamicRange, gateway } = networkLayout(subnet);
  builder.add({
    id: `network ${name}`,
    kind: 'create-network',
    subject: name,
    cause: 'no network',
    needs: [],
    network: name,
    subnet: formatSubnet(subnet),
    dynamicRange,
    gateway,
    labels: ownerLabels(builder.owner),
    ...(driver === 'overlay' ? { driver } : {}),
  });
}

function check({ name, labels, driver: found }: ObservedNetwork, driver: string, builder: PlanBuilder): void {
  const suggestions = [`remove it, if nothing needs it: docker network rm ${name}`];
  if (!isLabelledAs(builder.owner, labels))
    builder.blockers.push({ subject: name, message: `network ${name} was not made by this server`, suggestions });
  else if (found !== driver)
    builder.blockers.push({
      subject: name,
      message: `network ${name} is of type ${found}, not ${driver}`,
      suggestions,
    });
}
