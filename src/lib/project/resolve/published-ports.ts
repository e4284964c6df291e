import { isIP } from 'node:net';
import type { Problem } from '../../errors.ts';
import type { ResolvedEnvironment } from './environment.ts';
import { expandHostAddress, unknownInterface } from './host-address.ts';
import type { HostFacts } from '../../model/host-facts.ts';
import type { ImageFacts } from './image-facts.ts';
import { resolvePorts, type ResolvedPorts } from './ports.ts';
import { isOnHostNetwork, type ResolveContext, sourcesOf } from './context.ts';
import type { Selected } from './select-entries.ts';
import type { ResolvedSwitches } from './switches.ts';
import { plainText } from '../../model/template.ts';
import { type Candidate, findVariable } from './variables.ts';

export interface PublishedPorts extends ResolvedPorts {
  /** They are on an interface of which the address is not known. */
  readonly lacksInterfaces: boolean;
}

interface PublishedInput {
  readonly selected: Selected;
  readonly switches: ResolvedSwitches;
  readonly image: ImageFacts;
  readonly environment: ResolvedEnvironment;
}

/** What an instance publishes, and on which address of the host: PUBLISH_ON_IP, else SERVICE_IP, else all of them. */
export function publishedPorts(
  { selected: { entry, key }, switches: { switches }, image, environment }: PublishedInput,
  context: ResolveContext,
): PublishedPorts {
  const publish = switches.publish_ports.value;
  if (isOnHostNetwork(entry)) {
    const asked = switches.publish_ports.origin.source === 'run.conf' || entry?.values.ports !== undefined;
    return {
      ports: [],
      problems: [],
      lacksInterfaces: false,
      notices:
        publish && asked
          ? [`${key} is on the network of the host: its ports are the host's, and nothing is published besides`]
          : [],
    };
  }
  const serviceIp = plainText(environment.variables.find(({ name }) => name === 'SERVICE_IP')?.value) ?? '';
  const address = addressFor(findVariable('PUBLISH_ON_IP', sourcesOf(context, entry)), environment, context.facts);
  const ports = resolvePorts({ entry, publish, exposed: image.ports, ip: address?.ip });
  const isUsed = ports.ports.some(({ ip }) => ip !== undefined && ip === address?.ip);
  const unknown = publish && image.isUnknown === true && entry?.values.ports === undefined;
  const open = publish && address === undefined && ports.ports.some((port) => port.ip === undefined);
  return {
    ports: ports.ports,
    problems: [...ports.problems, ...(isUsed ? (address?.problems ?? []) : [])],
    lacksInterfaces: isUsed && unknownInterface(address?.ip ?? '') !== undefined,
    notices: [
      ...ports.notices,
      ...(unknown ? [`${key} publishes what ${image.reference} exposes, which is known when that is pulled`] : []),
      ...(open
        ? [`${key} publishes on all addresses of the host: PUBLISH_ON_IP or SERVICE_IP would bind it to one`]
        : []),
      ...(serviceIp !== '' && ports.ports.length === 0
        ? [`${key} is to be found at SERVICE_IP ${serviceIp}, but publishes no port there`]
        : []),
    ],
  };
}

interface Address {
  readonly ip: string;
  readonly problems: readonly Problem[];
}

/** PUBLISH_ON_IP need not be a variable of the instance. */
function addressFor(
  chosen: Candidate | undefined,
  { variables }: ResolvedEnvironment,
  facts: HostFacts,
): Address | undefined {
  const name = chosen === undefined ? 'SERVICE_IP' : 'PUBLISH_ON_IP';
  const { value, origin } = chosen ?? variables.find((each) => each.name === name) ?? {};
  const written = plainText(value) ?? '';
  if (written === '' || origin === undefined) return undefined;
  const where = origin.where ?? origin.source;
  const expanded = expandHostAddress(name, written, facts);
  if (expanded.problem !== undefined) return { ip: written, problems: [{ where, ...expanded.problem }] };
  return {
    ip: expanded.value,
    problems:
      isIP(expanded.value) !== 0 || unknownInterface(expanded.value) !== undefined
        ? []
        : [notAddress(where, name, written)],
  };
}

function notAddress(where: string, name: string, written: string): Problem {
  return {
    where,
    message: `${name} is ${written}, and ports can only be published on an address of the host`,
    suggestion: 'write the address itself, such as 127.0.0.1, or from_<interface>',
  };
}
