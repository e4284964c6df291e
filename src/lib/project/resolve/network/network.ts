import { createHash } from 'node:crypto';
import { trimEndOf } from '../../../cut-text.ts';
import { definedOnly } from '../../../defined.ts';
import type { EnvironmentVariable, FileSpec, InstanceSpec, NetworkAttachment } from '../../../model/desired.ts';
import type { Problem } from '../../../errors.ts';
import { maxHostNameLength } from '../../conf/dns-label.ts';
import { placeIn } from '../../conf/run-conf-entry.ts';
import { dnsClientFile } from './dns-files.ts';
import type { InstanceContext } from '../context.ts';
import { whyWithoutNames } from './dns-notices.ts';
import { resolveDnsServer } from './dns-server.ts';
import { type DnsUse, resolveDnsUse } from './dns-use.ts';
import type { ResolvedLinks } from './links.ts';
import type { ResolvedNetwork } from './resolved-network.ts';
import type { ResolvedPorts } from './ports.ts';

/** How an instance is attached to a network, how it finds names, and how its own are registered. */
export function resolveNetwork(
  links: ResolvedLinks,
  environment: readonly EnvironmentVariable[],
  ports: Pick<ResolvedPorts, 'ports'>,
  context: InstanceContext,
): ResolvedNetwork {
  if (context.isDns) return resolveDnsServer(links, environment, ports, context);
  const use = resolveDnsUse(environment, ports, context);
  return {
    network: context.isOnHost ? { mode: 'host' } : attachment(links, use, context),
    files: use.server !== undefined && use.hasClient ? [clientFile(use.server, use, context)] : [],
    lease: leaseHolder(use, context),
    hostname: use.server !== undefined && use.policy === 'HIDE' ? hiddenHostName(context.container) : context.key,
    problems: [...use.problems, ...linkProblems(context)],
    notices: [],
    withoutNames: whyWithoutNames(use, context),
  };
}

function attachment({ links }: ResolvedLinks, { server, zone }: DnsUse, context: InstanceContext): NetworkAttachment {
  return definedOnly({
    mode: 'network',
    network: context.network,
    reservedAddress: false,
    // With a DNS the engine would answer for the usual names before the DNS does.
    aliases: [
      ...(context.dns === undefined ? [context.selected.service.name, context.key] : []),
      ...(context.entry?.values.aliases ?? []),
    ],
    links,
    resolver: server === undefined ? undefined : { server, search: zone },
  });
}

function clientFile(server: NonNullable<DnsUse['server']>, use: DnsUse, context: InstanceContext): FileSpec {
  return dnsClientFile({
    server,
    zone: use.zone,
    policy: use.policy,
    service: context.selected.service.name,
    instance: context.selected.instance,
    container: context.container,
    serviceIp: use.serviceIp,
    sameNetwork: use.isNear,
  });
}

function leaseHolder({ server, hasClient }: DnsUse, { isOnHost }: InstanceContext): InstanceSpec['lease'] {
  if (server === undefined) return 'none';
  if (hasClient) return 'client';
  return isOnHost ? 'none' : 'dockerops';
}

/** The container's name, which no DNS has. One that is too long for a host name is cut, and made unique by a digest. */
function hiddenHostName(container: string): string {
  if (container.length <= maxHostNameLength) return container;
  const digest = createHash('sha256').update(container).digest('hex').slice(0, 8);
  return `${trimEndOf(container.slice(0, maxHostNameLength - digest.length - 1), '-')}-${digest}`;
}

/** On the network of the host neither names nor links of the project lead anywhere. */
function linkProblems({ entry, key, isLinked, isOnHost }: InstanceContext): readonly Problem[] {
  if (entry === undefined || !isOnHost || !isLinked || (entry.values.links ?? []).length === 0) return [];
  return [
    {
      where: placeIn(entry, 'links'),
      message: `${key} is on the network of the host, where links do not work`,
      suggestion: 'remove the links and set the addresses in env_vars, as "DB_SERVICE_IP": "192.0.2.7"',
    },
  ];
}
