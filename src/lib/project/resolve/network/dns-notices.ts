import type { InstanceContext } from '../context.ts';
import type { DnsUse } from './dns-use.ts';

/** Why nobody can find an instance by its names, although it is meant to be found. */
export function namesNotices(use: DnsUse, context: InstanceContext): readonly string[] {
  if (use.server === undefined) return withoutDns(context);
  if (use.policy === 'HIDE' || use.isNear) return [];
  const { key } = context;
  if (!use.hasClient)
    return [
      `${key} gets no names: its image is not built on the base image, and the DNS is not on its engine and network`,
    ];
  if (use.serviceIp !== undefined) return [];
  return [`${key} gets no names: the DNS is not on its engine and network, so SERVICE_IP has to say where it is found`];
}

function withoutDns({ key, dns, isLinked }: InstanceContext): readonly string[] {
  if (!isLinked || dns === undefined || dns.target !== undefined) return [];
  return [`${key} gets no names: the project's DNS${dns.where === undefined ? '' : ` (${dns.where})`} does not run`];
}
