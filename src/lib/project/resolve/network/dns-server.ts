import type { EnvironmentVariable } from '../../../model/desired.ts';
import type { Problem } from '../../../errors.ts';
import { dnsServerFile } from './dns-files.ts';
import type { InstanceContext } from '../context.ts';
import { findVariable } from '../environment/variables.ts';
import { defaultZone } from './dns.ts';
import { filledValue } from './dns-use.ts';
import type { ResolvedLinks } from './links.ts';
import type { ResolvedNetwork } from './network.ts';

/** The network of the project's own name server: it has the reserved address, and registers no names for itself. */
export function resolveDnsServer(
  { links }: ResolvedLinks,
  environment: readonly EnvironmentVariable[],
  context: InstanceContext,
): ResolvedNetwork {
  const { selected, container, network } = context;
  const file = dnsServerFile({
    zone: context.dns?.zone ?? defaultZone,
    address: filledValue(environment, 'SERVICE_IP') ?? [{ addressOf: container }],
    network,
    allow: allowedNetworks(context),
    service: selected.service.name,
    instance: selected.instance,
    container,
  });
  return {
    network: { mode: 'network', network, reservedAddress: true, aliases: [], links },
    files: [file],
    lease: 'none',
    hostname: selected.key,
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
