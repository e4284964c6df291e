import type { LoadBalancerApi } from '../balancer/load-balancer-api.ts';
import type { Route } from '../http/route.ts';
import { refusals } from './refusals.ts';

const usual = { method: 'GET', errors: 'usual' } as const;
const away = { 503: 'the engine is away' };

/** The balancers by service, as bare lists and objects. */
export function balancerRoutes(api: LoadBalancerApi): readonly Route[] {
  return [
    {
      ...usual,
      path: '/cluster/load-balancers',
      summary: 'The services behind the balancers, with figures of each unit: null where no balancer could be asked.',
      answers: { 200: 'a list', ...refusals, ...away },
      handle: async () => ({ json: await api.list() }),
    },
    {
      ...usual,
      path: '/cluster/load-balancers/:id',
      summary: 'One of them, by the name of its service.',
      answers: { 200: 'id, service, backends', ...refusals, ...away, 404: 'there is none of that name' },
      handle: async ({ params }) => ({ json: await api.get(params['id'] ?? '') }),
    },
    {
      ...usual,
      path: '/cluster/load-balancers/:id/health',
      summary: 'Whether at least one unit of the service answers the balancers.',
      answers: { 200: '{"healthy": true}, or false, also where there is none of that name', ...refusals },
      handle: async ({ params }) => ({ json: await api.health(params['id'] ?? '') }),
    },
  ];
}
