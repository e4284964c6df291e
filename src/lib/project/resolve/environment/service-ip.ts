import type { Problem } from '../../../errors.ts';
import { plainText } from '../../../model/template.ts';
import type { InstanceContext } from '../context.ts';
import type { Findings, MissingVariable } from '../findings.ts';
import { addressComplaint, isLoopback, type AddressComplaint } from '../network/host-address-rules.ts';
import type { ResolvedPorts } from '../network/ports.ts';
import type { ExplainedVariable, ResolvedEnvironment } from './environment.ts';

export function checkServiceIp(
  ports: ResolvedPorts,
  environment: ResolvedEnvironment,
  context: InstanceContext,
): Pick<Findings, 'missing' | 'problems'> {
  return {
    missing: missingServiceIp(ports, environment, context),
    problems: environment.variables.flatMap((variable) => addressProblem(variable, ports, context) ?? []),
  };
}

/** Wrong values are reported also for an instance that makes no use of them: host.conf gives them to others. */
function addressProblem(
  { name, value, origin }: ExplainedVariable,
  { ports }: ResolvedPorts,
  context: InstanceContext,
): Problem | undefined {
  const written = plainText(value) ?? '';
  const isUsed = name === 'SERVICE_IP' || (name === 'DNS_SERVICE_IP' && context.isLinked);
  if (written === '' || !isUsed) return undefined;
  const isAsked = name === 'DNS_SERVICE_IP' ? !context.isOnHost : context.isDns && ports.length > 0;
  const complaint = addressComplaint(name, written) ?? (isAsked ? loopbackComplaint(name, written) : undefined);
  return complaint && { where: origin.where ?? origin.source, ...complaint };
}

/** Instances that ask the DNS at loopback would ask themselves. */
function loopbackComplaint(name: string, written: string): AddressComplaint | undefined {
  if (!isLoopback(written)) return undefined;
  return {
    message: `${name} is "${written}", at which no instance can ask the DNS`,
    suggestion:
      name === 'SERVICE_IP'
        ? 'give the DNS an address of the host, such as from_eth0, or leave its publish_ports out'
        : 'write the SERVICE_IP of the DNS',
  };
}

/** Other hosts find a master and the DNS by SERVICE_IP, so it is required when these publish ports. */
function missingServiceIp(
  { ports }: ResolvedPorts,
  { variables }: ResolvedEnvironment,
  { key, isDns, switches }: InstanceContext,
): readonly MissingVariable[] {
  const mustSay = switches.type.value === 'master' || isDns;
  const isGiven = variables.some(({ name, value }) => name === 'SERVICE_IP' && plainText(value) !== '');
  if (!mustSay || isGiven || !switches.switches.publish_ports.value || ports.length === 0) return [];
  const what = isDns ? 'the DNS' : 'an instance of type master';
  const ways = 'set an address of the host or from_<interface>, or use publish_ports=False';
  return [
    {
      name: 'SERVICE_IP',
      key,
      secret: false,
      reason: `${what} publishes its ports at this address; ${ways}`,
    },
  ];
}
