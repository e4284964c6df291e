import type { InstanceSpec, PortSpec } from '../project/project.ts';
import type { HostFacts, PortHolder } from '../project/host-facts.ts';
import type { ObservedContainer } from '../observe/observed-state.ts';
import type { Blocker } from './operation.ts';
import { isMade, type Decision, type PlanContext } from './context.ts';
import { holderText } from './ownership.ts';

interface Held { readonly ip: string; readonly port: number; readonly protocol: string; readonly holder: string }

const anyAddress = new Set(['', '0.0.0.0', '::']);

function clashes(wanted: PortSpec, held: Held): boolean {
  const sameAddress = wanted.ip === held.ip || anyAddress.has(wanted.ip ?? '') || anyAddress.has(held.ip);
  return wanted.host === held.port && wanted.protocol === held.protocol && sameAddress;
}

function isSameAddress(a: string, b: string): boolean {
  return a === b || (anyAddress.has(a) && anyAddress.has(b));
}

/** Who holds ports beside containers: the engine itself listens on what these publish. */
export function processesOf({ portHolders = [] }: HostFacts, containers: readonly ObservedContainer[]): readonly PortHolder[] {
  const published = containers.flatMap(({ ports }) => ports);
  return portHolders.filter((held) => !published.some(({ host, protocol, ip }) => host === held.port && protocol === held.protocol && isSameAddress(ip ?? '', held.ip)));
}

/** Everything that holds a port of the host once this plan has stopped what it stops. */
function heldPorts({ observed, facts }: PlanContext, decisions: readonly Decision[]): readonly Held[] {
  const going = new Set(decisions.filter(isMade).map(({ spec }) => spec.container));
  const published = observed.containers.flatMap((container) => container.ports
    .filter((port) => port.host !== undefined)
    .map((port) => ({ name: container.name, ip: port.ip ?? '', port: port.host ?? 0, protocol: port.protocol, holder: `container ${container.name} (${holderText(container)})` })));
  const processes = processesOf(facts, observed.containers)
    .map((port) => ({ ip: port.ip, port: port.port, protocol: port.protocol, holder: port.holder ?? 'a process of the host' }));
  return [...published.filter(({ name }) => !going.has(name)), ...processes];
}

/** All ports are checked before anything starts; each message names who holds the port. */
export function planPorts(context: PlanContext, decisions: readonly Decision[]): void {
  const held = [...heldPorts(context, decisions)];
  for (const { spec } of decisions.filter(isMade)) {
    for (const port of spec.ports) {
      const holder = held.find((other) => clashes(port, other));
      if (holder !== undefined) context.builder.blockers.push(blocker(spec, port, holder.holder));
      if (port.host !== undefined) held.push({ ip: port.ip ?? '', port: port.host, protocol: port.protocol, holder: `instance ${spec.key} of this run` });
    }
  }
}

function blocker(spec: InstanceSpec, port: PortSpec, holder: string): Blocker {
  const where = `${port.ip === undefined ? '' : `${port.ip}:`}${String(port.host)}/${port.protocol}`;
  return {
    subject: spec.key,
    message: `port ${where} wanted by ${spec.key} is held by ${holder}`,
    suggestions: [`run it without: dockerops run:${spec.service},instance=${spec.instance},publish_ports=False`, 'or bind it to another address: PUBLISH_ON_IP=<address>'],
  };
}
