import type { EnvironmentVariable } from '../../../model/desired.ts';
import type { Problem } from '../../../errors.ts';
import { foundAt } from '../../../model/found-at.ts';
import { dnsServerFile } from './dns-files.ts';
import type { InstanceContext } from '../context.ts';
import { findVariable } from '../environment/variables.ts';
import { defaultZone } from './dns.ts';
import type { ResolvedLinks } from './links.ts';
import type { ResolvedPorts } from './ports.ts';
import type { ResolvedNetwork } from './resolved-network.ts';

/** The network of the project's own name server: it has the reserved address, and registers no names for itself. */
export function resolveDnsServer(
  { links }: ResolvedLinks,
  environment: readonly EnvironmentVariable[],
  { ports }: Pick<ResolvedPorts, 'ports'>,
  context: InstanceContext,
): ResolvedNetwork {
  const { selected, container, network, key } = context;
  const file = dnsServerFile({
    zone: context.dns?.zone ?? defaultZone,
    address: foundAt({ environment, ports, network: { mode: 'network' } }) ?? [{ addressOf: container }],
    network,
    containers: container.slice(0, -key.length),
    allow: allowedNetworks(context),
    service: selected.service.name,
    instance: selected.instance,
    container,
  });
  return {
    network: { mode: 'network', network, reservedAddress: true, aliases: [], links },
    files: [file],
    lease: 'none',
    hostname: key,
    problems: onHostProblem(context),
    notices: [],
  };
}

/** DNS_ALLOW: networks besides the project's own that may ask, separated by spaces or commas. */
function allowedNetworks({ sources }: InstanceContext): readonly string[] {
  const written = findVariable('DNS_ALLOW', sources)?.value.join('') ?? '';
  return written.split(/[\s,]+/).filter((text) => text !== '');
}

function onHostProblem({ isOnHost, entry, key }: InstanceContext): readonly Problem[] {
  if (!isOnHost) return [];
  return [
    {
      where: entry?.where ?? key,
      message: 'the DNS cannot be on the network of the host: instances query it on that of the project',
      suggestion: 'remove "network_mode"',
    },
  ];
}
