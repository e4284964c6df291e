import type { DnsApi } from '../dns/dns-api.ts';
import { jsonList } from '../http/json-list.ts';
import type { Route } from '../http/route.ts';
import { refusals } from './refusals.ts';

/** By which names services are reached. */
export function dnsRoutes(api: DnsApi): readonly Route[] {
  return [
    {
      method: 'GET',
      errors: 'usual',
      path: '/cluster/dns',
      summary: 'The services that are reached by name, and what the dynamic DNS on the engine answers for each.',
      answers: { 200: 'a list', ...refusals },
      handle: async () => jsonList(await api.list()),
    },
    {
      method: 'GET',
      errors: 'usual',
      path: '/cluster/dns/:service',
      summary: 'One of them.',
      answers: {
        200: 'service, domain, loadBalancer; with a dynamic DNS on the engine its answers in dns, null if it is late',
        ...refusals,
        404: 'it is not reached by name',
      },
      handle: async ({ params }) => ({ json: await api.get(params['service'] ?? '') }),
    },
  ];
}
