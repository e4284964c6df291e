import type { EnvironmentVariable, Template } from '../../../model/desired.ts';
import type { Problem } from '../../../errors.ts';
import { foundAt } from '../../../model/found-at.ts';
import { plainText } from '../../../model/template.ts';
import { placeIn } from '../../conf/run-conf-entry.ts';
import type { InstanceContext } from '../context.ts';
import { findVariable } from '../environment/variables.ts';
import { defaultZone } from './dns.ts';
import type { ResolvedPorts } from './ports.ts';

/** How an instance finds names and registers its own. */
export interface DnsUse {
  /** Address of the name server; undefined: it uses none. */
  readonly server: Template | undefined;
  readonly zone: string;
  /** HIDE, APPEND or REPLACE: what becomes of its names where others have the same. */
  readonly policy: string;
  /** The image has the client that registers names. */
  readonly hasClient: boolean;
  /** The server is the project's own, on the same network: there a container's own address can be registered. */
  readonly isNear: boolean;
  /** The address to register in place of the container's own: SERVICE_IP where it publishes something there. */
  readonly serviceIp: Template | undefined;
  readonly problems: readonly Problem[];
}

export function resolveDnsUse(
  environment: readonly EnvironmentVariable[],
  { ports }: Pick<ResolvedPorts, 'ports'>,
  context: InstanceContext,
): DnsUse {
  const server = context.isLinked ? filledValue(environment, 'DNS_SERVICE_IP') : undefined;
  return {
    server,
    zone: context.dns?.zone ?? findVariable('DNS_ZONE', context.sources)?.value.join('') ?? defaultZone,
    hasClient: context.image.base !== undefined && context.image.base !== 'common',
    isNear: server !== undefined && isOwnServer(server, context) && !context.isOnHost,
    serviceIp: foundAt({ environment, ports, network: { mode: context.isOnHost ? 'host' : 'network' } }),
    ...updatePolicy(environment, context),
  };
}

/** The value of a variable; undefined also for an empty one. */
function filledValue(environment: readonly EnvironmentVariable[], name: string): Template | undefined {
  const value = environment.find((variable) => variable.name === name)?.value;
  return plainText(value) === '' ? undefined : value;
}

function isOwnServer(server: Template, { dns }: InstanceContext): boolean {
  if (dns?.target === undefined) return false;
  const { container } = dns.target;
  return (
    server.some((piece) => typeof piece !== 'string' && 'addressOf' in piece && piece.addressOf === container) ||
    (dns.serviceIp !== undefined && plainText(server) === dns.serviceIp)
  );
}

const policies: readonly string[] = ['HIDE', 'APPEND', 'REPLACE'];

function updatePolicy(
  environment: readonly EnvironmentVariable[],
  { entry, key }: InstanceContext,
): Pick<DnsUse, 'policy' | 'problems'> {
  const written = plainText(filledValue(environment, 'DNS_UPDATE_POLICY'));
  const policy = written?.toUpperCase() ?? 'APPEND';
  if (policies.includes(policy)) return { policy, problems: [] };
  const problem: Problem = {
    where: entry === undefined ? key : placeIn(entry, 'env_vars.DNS_UPDATE_POLICY'),
    message: `DNS_UPDATE_POLICY of ${key} is "${written ?? ''}"; it must be HIDE, APPEND or REPLACE`,
    suggestion: 'remove it to use APPEND',
  };
  return { policy: 'APPEND', problems: [problem] };
}
