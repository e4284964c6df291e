import type { InstanceSpec, PortSpec } from '../../model/desired.ts';
import type { HostFacts, PortHolder } from '../../model/host-facts.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import type { Blocker } from '../plan.ts';
import type { HostContext } from '../context.ts';
import { holderText } from '../ownership.ts';

/** A port of the host on one of its addresses; without `ip`, on all. */
type HostPort = Pick<PortSpec, 'ip' | 'host'> & { readonly protocol: string };

interface Held extends HostPort {
  readonly holder: string;
}

const anyAddress = new Set(['', '0.0.0.0', '::']);

/** True when a host cannot have both. A port that the engine picks never clashes. */
export function clashes(desired: HostPort, held: HostPort): boolean {
  const sameAddress = desired.ip === held.ip || anyAddress.has(desired.ip ?? '') || anyAddress.has(held.ip ?? '');
  return desired.host !== undefined && desired.host === held.host && desired.protocol === held.protocol && sameAddress;
}

/** `127.0.0.1:53/udp` */
export function portText({ ip, host, protocol }: HostPort): string {
  return `${ip === undefined ? '' : `${ip}:`}${String(host)}/${protocol}`;
}

function isSameAddress(a: string, b: string): boolean {
  return a === b || (anyAddress.has(a) && anyAddress.has(b));
}

/** Port holders other than containers: the engine itself listens on the ports that these publish. */
export function processesOf(
  { portHolders = [] }: Pick<HostFacts, 'portHolders'>,
  containers: readonly ObservedContainer[],
): readonly PortHolder[] {
  const published = containers.flatMap(({ ports }) => ports);
  return portHolders.filter(
    (held) =>
      !published.some(
        ({ host, protocol, ip }) =>
          host === held.port && protocol === held.protocol && isSameAddress(ip ?? '', held.ip),
      ),
  );
}

/** All that still holds a port of the host after the plan has stopped what it stops. */
function heldPorts({ observed, facts }: HostContext, starting: readonly InstanceSpec[]): readonly Held[] {
  const going = new Set(starting.map(({ container }) => container));
  const published = observed.containers.flatMap((container) =>
    container.ports
      .filter((port) => port.host !== undefined)
      .map((port) => ({
        ...port,
        name: container.name,
        holder: `container ${container.name} (${holderText(container)})`,
      })),
  );
  const processes = processesOf(facts, observed.containers).map((port) => ({
    ip: port.ip,
    host: port.port,
    protocol: port.protocol,
    holder: port.holder ?? 'a process of the host',
  }));
  return [...published.filter(({ name }) => !going.has(name)), ...processes];
}

/** Refuses instances whose host ports are in use; each message names the holder. */
export function checkPorts(context: HostContext, starting: readonly InstanceSpec[]): void {
  const held = [...heldPorts(context, starting)];
  for (const spec of starting) {
    for (const port of spec.ports) {
      const holder = held.find((other) => clashes(port, other));
      if (holder !== undefined) context.builder.blockers.push(blocker(spec, port, holder.holder));
      held.push({ ...port, holder: `instance ${spec.key} of this run` });
    }
  }
}

function blocker(spec: InstanceSpec, port: PortSpec, holder: string): Blocker {
  return {
    subject: spec.key,
    message: `port ${portText(port)} of ${spec.key} is in use by ${holder}`,
    suggestions: [
      `run it without published ports: dockerops run:${spec.service},instance=${spec.instance},publish_ports=False`,
      'or publish on another address: PUBLISH_ON_IP=<address>',
    ],
  };
}
