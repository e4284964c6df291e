import { plainText } from '../../../model/template.ts';
import type { InstanceContext } from '../context.ts';
import type { ResolvedEnvironment } from './environment.ts';
import type { MissingVariable } from '../findings.ts';
import type { ResolvedPorts } from '../network/ports.ts';

/** Other hosts find a master and the DNS by SERVICE_IP, so it is required when these publish ports. */
export function missingServiceIp(
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
