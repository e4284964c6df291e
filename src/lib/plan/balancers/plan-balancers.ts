import { label } from '../../labels.ts';
import type { InstanceSpec, Owner } from '../../model/desired.ts';
import type { PortHolder } from '../../model/host-facts.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { PlanBuilder } from '../builder.ts';
import { instanceLabels } from '../instance/instance-labels.ts';
import { holderText, isLabelledAs } from '../ownership.ts';
import type { Plan } from '../plan.ts';
import { expectedOf, removeContainer } from '../remove.ts';

export interface BalancersRequest {
  /** One for each host port. */
  readonly desired: readonly InstanceSpec[];
  /** All containers of the engine. */
  readonly containers: readonly ObservedContainer[];
  /** Processes of the engine's host that listen, other than those of containers. */
  readonly portHolders: readonly PortHolder[];
}

/** Its blockers say which ports cannot be had, and who holds them; their subject is the key of the spec. */
export function planBalancers(owner: Owner, { desired, containers, portHolders }: BalancersRequest): Plan {
  const builder = new PlanBuilder(owner);
  const names = new Set(desired.map(({ container }) => container));
  for (const container of containers)
    if (isBalancer(container, owner) && !names.has(container.name))
      removeContainer(container, { cause: 'no service has its port', withVolumes: true }, builder);
  for (const spec of desired) planBalancer(spec, { owner, containers, portHolders }, builder);
  const { operations, verdicts, blockers, warnings } = builder;
  return { owner, operations, verdicts, blockers, warnings };
}

export function isBalancer({ labels }: Pick<ObservedContainer, 'labels'>, owner: Owner): boolean {
  return labels[label.balancer] !== undefined && isLabelledAs(owner, labels);
}

type Surroundings = Omit<BalancersRequest, 'desired'> & { readonly owner: Owner };

function planBalancer(spec: InstanceSpec, around: Surroundings, builder: PlanBuilder): void {
  const { key, container } = spec;
  const existing = around.containers.find(({ name }) => name === container);
  if (existing?.state === 'running') {
    if (!isBalancer(existing, around.owner)) block(spec, `the container name ${container} is in use`, builder);
    return;
  }
  const holder = portHolder(spec.ports[0]?.host, { ...around, except: container });
  if (holder !== undefined) block(spec, `${portText(spec)} is in use by ${holder}`, builder);
  else if (existing === undefined) create(spec, builder);
  else if (isBalancer(existing, around.owner))
    builder.add({
      id: `start ${key}`,
      kind: 'start-container',
      subject: key,
      cause: 'it was stopped',
      needs: [],
      container,
      expected: expectedOf(existing),
    });
  else block(spec, `the container name ${container} is in use`, builder);
}

function create(spec: InstanceSpec, builder: PlanBuilder): void {
  const { key, container } = spec;
  const common = { subject: key, cause: 'a service has its port' };
  const created = builder.add({
    ...common,
    id: `create ${key}`,
    kind: 'create-container',
    needs: [],
    spec,
    image: { reference: spec.image },
    labels: instanceLabels(spec, builder.owner),
  });
  builder.add({ ...common, id: `start ${key}`, kind: 'start-container', needs: [created], container });
}

function block({ key, container }: InstanceSpec, message: string, builder: PlanBuilder): void {
  builder.blockers.push({ subject: key, message, suggestions: [`see who has it: docker ps; docker rm ${container}`] });
}

function portText({ ports: [port] }: InstanceSpec): string {
  return `port ${String(port?.host)} of the host`;
}

/** Who has a TCP port of the engine's host, other than the container `except`. */
export function portHolder(
  port: number | undefined,
  {
    containers,
    portHolders,
    except,
  }: Pick<BalancersRequest, 'containers' | 'portHolders'> & { readonly except?: string },
): string | undefined {
  const other = containers.find(
    ({ name, ports }) => name !== except && ports.some(({ host, protocol }) => host === port && protocol === 'tcp'),
  );
  if (other !== undefined) return `container ${other.name} (${holderText(other)})`;
  const program = portHolders.find((held) => held.port === port && held.protocol === 'tcp');
  return program === undefined ? undefined : (program.holder ?? 'a process of the host');
}
