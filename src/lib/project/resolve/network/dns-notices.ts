import type { InstanceContext } from '../context.ts';
import type { DnsUse } from './dns-use.ts';

/** Why nobody can find an instance by its names, although it is meant to be found; undefined: somebody can. */
export function whyWithoutNames(use: DnsUse, context: InstanceContext): string | undefined {
  if (use.server === undefined) return withoutDns(context);
  if (use.policy === 'HIDE' || use.isNear) return undefined;
  if (!use.hasClient) return 'its image is not built on the base image, and the DNS is not on its engine and network';
  if (use.serviceIp !== undefined) return undefined;
  return 'the DNS is not on its engine and network, so it needs a SERVICE_IP';
}

function withoutDns({ dns, isLinked }: InstanceContext): string | undefined {
  if (!isLinked || dns === undefined || dns.target !== undefined) return undefined;
  return `the project's DNS${dns.where === undefined ? '' : ` (${dns.where})`} does not run`;
}

/** One notice for each reason, however many instances share it. */
export function withoutNamesNotices(
  instances: readonly { readonly key: string; readonly withoutNames: string | undefined }[],
): readonly string[] {
  const reasons = new Set(instances.flatMap(({ withoutNames }) => withoutNames ?? []));
  return [...reasons].map((reason) => {
    const keys = instances.filter(({ withoutNames }) => withoutNames === reason).map(({ key }) => key);
    return `${listKeys(keys)} ${keys.length === 1 ? 'is' : 'are'} not in the DNS: ${reason}`;
  });
}

const mostKeys = 5;

export function listKeys(keys: readonly string[]): string {
  const more = keys.length - mostKeys;
  return more > 0 ? `${keys.slice(0, mostKeys).join(', ')} and ${String(more)} more` : keys.join(', ');
}
