import type { InstanceContext } from '../context.ts';
import type { DnsUse } from './dns-use.ts';

/** Why nobody can find an instance by its names, although it is meant to be found. */
export function namesNotices(use: DnsUse, context: InstanceContext): readonly string[] {
  if (use.server === undefined) return withoutDns(context);
  if (use.policy === 'HIDE' || use.isNear) return [];
  const { key } = context;
  const elsewhere = 'the DNS is not on its engine and network';
  if (!use.hasClient) return [notInDns(key, `its image is not built on the base image, and ${elsewhere}`)];
  return use.serviceIp === undefined ? [notInDns(key, `${elsewhere}, so it needs a SERVICE_IP`)] : [];
}

function withoutDns({ key, dns, isLinked }: InstanceContext): readonly string[] {
  if (!isLinked || dns === undefined || dns.target !== undefined) return [];
  const place = dns.where === undefined ? '' : ` (${dns.where})`;
  return [notInDns(key, `the project's DNS${place} does not run`)];
}

function notInDns(key: string, reason: string): string {
  return `${key} is not in the DNS: ${reason}`;
}
