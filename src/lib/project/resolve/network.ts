import { createHash } from 'node:crypto';
import type { Problem } from '../../errors.ts';
import { maxHostNameLength } from '../conf/dns-label.ts';
import type { EnvironmentVariable, LinkSpec, NetworkAttachment, Template } from '../../model/desired.ts';
import type { ImageFacts } from './image-facts.ts';
import { dnsClientFile, dnsServerFile } from './instance-files.ts';
import type { ResolvedLinks } from './links.ts';
import { defaultZone } from './dns.ts';
import { placeIn } from '../conf/run-conf-entry.ts';
import { containerName, isOnHostNetwork, type ResolveContext, sourcesOf } from './context.ts';
import type { Selected } from './select-entries.ts';
import { isDnsService } from '../../model/dns-service.ts';
import { plainText } from '../../model/template.ts';
import { findVariable } from './variables.ts';
import type { FileSpec, InstanceSpec } from '../../model/desired.ts';

export interface NetworkInput {
  readonly selected: Selected;
  readonly linked: boolean;
  readonly image: ImageFacts;
  readonly links: ResolvedLinks;
  readonly environment: readonly EnvironmentVariable[];
}

export interface ResolvedNetwork {
  readonly network: NetworkAttachment;
  readonly files: readonly FileSpec[];
  readonly lease: InstanceSpec['lease'];
  /** The default host name. Engines from 25 on answer for a container's host name, whatever the DNS says. */
  readonly hostname: string;
  readonly problems: readonly Problem[];
  readonly notices: readonly string[];
}

/** How an instance is attached, how it finds names, and how its own get known. */
export function resolveNetwork(input: NetworkInput, context: ResolveContext): ResolvedNetwork {
  const { selected, environment } = input;
  if (isDnsService(selected.service.name)) return dnsServer(input, context);
  const server = input.linked ? valueOf(environment, 'DNS_SERVICE_IP') : undefined;
  const onHost = isOnHostNetwork(selected.entry);
  const { policy, problems } = updatePolicy(selected, environment);
  const hasClient = input.image.base === 'base' || input.image.base === 'dns';
  const zone = zoneOf(selected, context);
  return {
    network: onHost ? { mode: 'host' } : attachment(input.links.links, server, zone, selected, context),
    files: server === undefined || !hasClient ? [] : [clientFile(server, policy, zone, input, context)],
    lease: server === undefined ? 'none' : hasClient ? 'client' : onHost ? 'none' : 'dockerops',
    hostname:
      server !== undefined && policy === 'HIDE'
        ? hiddenHostName(containerName(context.project, selected.key))
        : selected.key,
    problems: [...problems, ...hostProblems(selected, input.linked)],
    notices:
      server === undefined
        ? withoutDns(selected, input.linked, context)
        : policy === 'HIDE'
          ? []
          : nowhereNotices(server, hasClient, input, context),
  };
}

/** The container's name, which is found nowhere. One that is too long for a host is cut, and told from others by a digest. */
function hiddenHostName(container: string): string {
  if (container.length <= maxHostNameLength) return container;
  const digest = createHash('sha256').update(container).digest('hex').slice(0, 8);
  return `${container.slice(0, maxHostNameLength - digest.length - 1).replace(/-+$/, '')}-${digest}`;
}

/** True for the DNS of the project itself, on the engine and network of the instance: there a container's own address means the same. */
function isNear(server: Template, { selected: { entry } }: NetworkInput, { dns }: ResolveContext): boolean {
  const isOwn =
    server.some(
      (piece) => typeof piece !== 'string' && 'addressOf' in piece && piece.addressOf === dns?.target?.container,
    ) ||
    (dns?.target !== undefined && dns.serviceIp !== undefined && plainText(server) === dns.serviceIp);
  return isOwn && !isOnHostNetwork(entry);
}

/** Who would look for names in vain. */
function nowhereNotices(
  server: Template,
  hasClient: boolean,
  input: NetworkInput,
  context: ResolveContext,
): readonly string[] {
  const { key } = input.selected;
  if (isNear(server, input, context)) return [];
  if (!hasClient)
    return [
      `${key} gets no names: its image is not built on the base image, and the DNS is not on its engine and network`,
    ];
  if (valueOf(input.environment, 'SERVICE_IP') !== undefined) return [];
  return [`${key} gets no names: the DNS is not on its engine and network, so SERVICE_IP has to say where it is found`];
}

function valueOf(environment: readonly EnvironmentVariable[], name: string): Template | undefined {
  const value = environment.find((variable) => variable.name === name)?.value;
  return plainText(value) === '' ? undefined : value;
}

function attachment(
  links: readonly LinkSpec[],
  server: Template | undefined,
  zone: string,
  { service, key }: Selected,
  { dns, network }: ResolveContext,
): NetworkAttachment {
  return {
    mode: 'network',
    network,
    reservedAddress: false,
    // With a DNS they would answer before it does.
    aliases: dns === undefined ? [service.name, key] : [],
    links,
    ...(server === undefined ? {} : { resolver: { server, search: zone } }),
  };
}

function clientFile(
  server: Template,
  policy: string,
  zone: string,
  input: NetworkInput,
  context: ResolveContext,
): FileSpec {
  const {
    selected: { service, key, instance },
    environment,
  } = input;
  return dnsClientFile({
    server,
    zone,
    policy,
    service: service.name,
    instance,
    container: containerName(context.project, key),
    serviceIp: valueOf(environment, 'SERVICE_IP'),
    sameNetwork: isNear(server, input, context),
  });
}

/** The project's own zone, else (the DNS is elsewhere) the one that a variable names. */
function zoneOf({ entry }: Selected, context: ResolveContext): string {
  return context.dns?.zone ?? findVariable('DNS_ZONE', sourcesOf(context, entry))?.value.join('') ?? defaultZone;
}

const policies: readonly string[] = ['HIDE', 'APPEND', 'REPLACE'];

function updatePolicy(
  { entry, key }: Selected,
  environment: readonly EnvironmentVariable[],
): { readonly policy: string; readonly problems: readonly Problem[] } {
  const written = plainText(valueOf(environment, 'DNS_UPDATE_POLICY'));
  const policy = written?.toUpperCase() ?? 'APPEND';
  if (policies.includes(policy)) return { policy, problems: [] };
  const where = entry === undefined ? key : placeIn(entry, 'env_vars.DNS_UPDATE_POLICY');
  return {
    policy: 'APPEND',
    problems: [
      {
        where,
        message: `DNS_UPDATE_POLICY of ${key} is "${written ?? ''}"; it can be ${policies.join(', ')}`,
        suggestion: 'leave it out for APPEND',
      },
    ],
  };
}

function withoutDns({ key }: Selected, linked: boolean, { dns }: ResolveContext): readonly string[] {
  if (!linked || dns === undefined || dns.target !== undefined) return [];
  return [`${key} gets no names: the project's DNS${dns.where === undefined ? '' : ` (${dns.where})`} does not run`];
}

/** On the network of the host there is nothing that the project's names and links could mean. */
function hostProblems({ entry, key }: Selected, linked: boolean): readonly Problem[] {
  if (entry === undefined || !isOnHostNetwork(entry) || !linked || (entry.values.links ?? []).length === 0) return [];
  return [
    {
      where: placeIn(entry, 'links'),
      message: `${key} is on the network of the host, where links do not work`,
      suggestion: 'take the links out and give the addresses by env_vars, as in "DB_SERVICE_IP": "192.0.2.7"',
    },
  ];
}

function dnsServer({ selected, environment, links }: NetworkInput, context: ResolveContext): ResolvedNetwork {
  const { service, instance, key, entry } = selected;
  const container = containerName(context.project, key);
  const allow = (findVariable('DNS_ALLOW', sourcesOf(context, entry))?.value.join('') ?? '')
    .split(/[\s,]+/)
    .filter((text) => text !== '');
  const file = dnsServerFile({
    zone: context.dns?.zone ?? defaultZone,
    address: valueOf(environment, 'SERVICE_IP') ?? [{ addressOf: container }],
    network: context.network,
    allow,
    service: service.name,
    instance,
    container,
  });
  const onHost = isOnHostNetwork(entry)
    ? [
        {
          where: entry?.where ?? key,
          message: "the DNS cannot be on the network of the host: the project's instances ask it on theirs",
          suggestion: 'take out "network_mode"',
        },
      ]
    : [];
  return {
    network: { mode: 'network', network: context.network, reservedAddress: true, aliases: [], links: links.links },
    files: [file],
    lease: 'none',
    hostname: key,
    problems: onHost,
    notices: [],
  };
}
