import type { Problem } from '../../errors.ts';
import type { PortHolder } from '../../model/host-facts.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { holderText } from '../../plan/ownership.ts';
import type { Blocker } from '../../plan/plan.ts';
import type { Check } from './check.ts';

/** Only a published DNS needs the port, so a port in use is no failure. `holders`: undefined if they are not known. */
export function checkPort53(
  holders: readonly PortHolder[] | undefined,
  containers: readonly ObservedContainer[],
): Check {
  const users = [...new Set([...containersOnPort53(containers), ...processesOnPort53(holders ?? [], containers)])];
  if (users.length > 0)
    return {
      name: 'port 53',
      status: 'warn',
      text: `in use: ${users.join('; ')}`,
      fix:
        'only a DNS that serves other hosts needs port 53: publish it on another address of the host ' +
        '(SERVICE_IP=<address that they reach>; behind NAT also PUBLISH_ON_IP=<address of the host>)',
    };
  return holders === undefined
    ? { name: 'port 53', status: 'unknown', text: 'the ports of the host cannot be seen from this machine' }
    : { name: 'port 53', status: 'ok', text: 'free, tcp and udp' };
}

function containersOnPort53(containers: readonly ObservedContainer[]): readonly string[] {
  return containers.flatMap((container) =>
    container.ports
      .filter(({ host }) => host === 53)
      .map(({ ip = 'all addresses', protocol }) => {
        const who = `container ${container.name} (${holderText(container)})`;
        return `53/${protocol} on ${ip} by ${who}`;
      }),
  );
}

/** Without the engine's own process for a port that a container publishes. */
function processesOnPort53(
  holders: readonly PortHolder[],
  containers: readonly ObservedContainer[],
): readonly string[] {
  const isPublished = (protocol: string): boolean =>
    containers.some(({ ports }) => ports.some((port) => port.host === 53 && port.protocol === protocol));
  return holders
    .filter(({ protocol }) => !isPublished(protocol))
    .map(({ ip, protocol, holder }) => `53/${protocol} on ${ip} by ${holder ?? 'a process'}`);
}

/** `blockers`, `problems`: what a run would report when it creates the network of the project. */
export function checkSubnet(blockers: readonly Blocker[], problems: readonly Problem[]): Check {
  const [blocker] = blockers;
  const [problem] = problems;
  if (problem !== undefined) {
    const { message, suggestion } = problem;
    return { name: 'subnets', status: 'fail', text: message, ...(suggestion === undefined ? {} : { fix: suggestion }) };
  }
  if (blocker === undefined) return { name: 'subnets', status: 'ok', text: "one is free for the project's network" };
  return { name: 'subnets', status: 'fail', text: blocker.message, fix: blocker.suggestions.join(', or ') };
}
