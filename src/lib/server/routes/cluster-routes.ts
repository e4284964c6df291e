import type { UnitApi } from '../deploy/unit-api.ts';
import type { Route } from '../http/route.ts';
import { limitLogs, logOptions, logQuery } from './log-request.ts';
import { refusals } from './refusals.ts';

const usual = { method: 'GET', errors: 'usual' } as const;
const away = { 503: 'the engine is away' };
const isHealthy = '{"healthy": true}, or false, also where there is none of that name';
const balancers = { type: 'boolean', description: 'adds the balancers' };
const ignored = { type: 'boolean', description: 'without effect: the server has no such units' };
const filters = {
  type: 'object',
  properties: { includeSystemUnits: ignored, includeAnnouncers: ignored, includeLoadbalancers: balancers },
};

export interface ClusterRouteTools {
  readonly api: UnitApi;
  /** Logs that are read at once. */
  readonly maxStreams: number;
}

/** Hosts and units, as bare lists and objects. */
export function clusterRoutes(tools: ClusterRouteTools): readonly Route[] {
  const { api } = tools;
  return [
    ...hostRoutes(api),
    ...unitRoutes('/cluster/units', api),
    ...unitRoutes('/services/:name/units', api),
    logRoute(tools),
  ];
}

function hostRoutes(api: UnitApi): readonly Route[] {
  const answers = { ...refusals, ...away };
  return [
    {
      ...usual,
      path: '/cluster',
      summary: 'Hosts and units in figures. A processor counts as 100 cores; memory is in MB.',
      answers: { 200: 'hostCount, unitCount, cores, memory, used', ...answers },
      handle: async () => ({ json: await api.cluster() }),
    },
    {
      ...usual,
      path: '/cluster/hosts',
      summary: 'The machines of the Swarm, or that of the engine.',
      answers: { 200: 'a list', ...answers },
      handle: async () => ({ json: await api.hosts() }),
    },
    {
      ...usual,
      path: '/cluster/hosts/:id',
      summary: 'One of them.',
      answers: { 200: 'a host', ...answers, 404: 'there is no such host' },
      handle: async ({ params }) => ({ json: await api.host(params['id'] ?? '') }),
    },
    {
      ...usual,
      path: '/cluster/hosts/:id/health',
      summary: 'Whether it is ready.',
      answers: { 200: isHealthy, ...answers },
      handle: async ({ params }) => ({ json: await api.hostHealth(params['id'] ?? '') }),
    },
  ];
}

/** Of all services, or of one, which is the parameter `name`. */
function unitRoutes(path: string, api: UnitApi): readonly Route[] {
  const answers = { ...refusals, ...away };
  const notFound = { 404: 'there is no such unit, or no such service' };
  return [
    {
      ...usual,
      path,
      summary: 'What runs, with its state in the words of fleet.',
      query: filters,
      answers: { 200: 'a list', ...answers, ...(path.includes(':') ? notFound : {}) },
      handle: async ({ params, query }) => ({
        json: await api.units(params['name'], query['includeLoadbalancers'] === true),
      }),
    },
    {
      ...usual,
      path: `${path}/:id`,
      summary: 'One unit, by its name.',
      answers: { 200: 'a unit', ...answers, ...notFound },
      handle: async ({ params }) => ({ json: await api.unit(params['id'] ?? '', params['name']) }),
    },
    {
      ...usual,
      path: `${path}/:id/health`,
      summary: 'Whether it runs, and is healthy where it has a healthcheck.',
      answers: { 200: isHealthy, ...answers },
      handle: async ({ params }) => ({ json: await api.unitHealth(params['id'] ?? '', params['name']) }),
    },
  ];
}

function logRoute({ api, maxStreams }: ClusterRouteTools): Route {
  const limited = limitLogs(maxStreams);
  return {
    ...usual,
    path: '/services/:name/units/:id/logs',
    summary: 'What a unit has printed, as text, or as Server-Sent Events for a client that accepts them.',
    query: logQuery('until the unit has ended'),
    answers: { 200: 'text', ...refusals, 404: 'there is no such unit', ...away },
    handle: async (request) => {
      const { params, headers } = request;
      const lines = await limited(() => api.log(params['name'] ?? '', params['id'] ?? '', logOptions(request)));
      const isEvents = headers.accept?.includes('text/event-stream') === true;
      return isEvents ? { lines: events(lines), type: 'text/event-stream' } : { lines };
    },
  };
}

async function* events(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `data: ${line}\n`;
}
