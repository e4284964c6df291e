import type { PolicyContainer, PolicyKeys } from '../policy.ts';

/** Addresses as SkyDNS and CoreDNS's etcd plugin read them: `/skydns/local/skydns/web` -> `{"host":"172.17.0.2"}`. */
export function container(
  { hostname, networkIp }: PolicyContainer,
  { domain, network }: { readonly domain: string; readonly network?: string | null },
): PolicyKeys | undefined {
  const host = network === undefined || network === null ? undefined : networkIp(network);
  if (host === undefined || hostname === undefined) return undefined;
  const path = [hostname, ...domain.split('.').filter((part) => part !== '')].slice(1).toReversed();
  return { [['', 'skydns', ...path, hostname].join('/')]: { host } };
}

const { SKYDNS_DOMAIN: domain, SKYDNS_NETWORK: network } = process.env;

export const configSchema = {
  type: 'object',
  properties: {
    domain: { type: 'string', minLength: 1, default: domain === undefined || domain === '' ? 'skydns.local' : domain },
    network: {
      type: ['string', 'null'],
      minLength: 1,
      ...(network === undefined || network === '' ? {} : { default: network }),
    },
  },
};

export const etcdConfigPath = '/kontena/registrator/services/skydns/:service';
