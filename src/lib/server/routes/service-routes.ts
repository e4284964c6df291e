import { jsonList, jsonMembers } from '../http/json-list.ts';
import type { Reply, Route, RouteRequest } from '../http/route.ts';
import type { ServiceApi } from '../services/service-api.ts';
import { configPatchSchema, createSchema, servicePatchSchema } from '../services/service-schema.ts';
import { refusals } from './refusals.ts';

const usual = { errors: 'usual' } as const;
const notFound = { 404: 'there is no such service' };
const unsaved = { 503: 'the store cannot be written' };
const invalid = { 400: 'it is invalid; errors has each path and why' };
const tooLarge = { 413: 'the body, or the whole configuration, is larger than 1 MiB' };
const json = 'application/json';
const limit = { type: 'integer', minimum: 1, maximum: 10_000 };
const noEmit = { type: 'string', description: 'nobody who listens to /events hears of it' };
const silent = { type: 'object', properties: { noEmit } };

/** The service directory, with all the names that its routes have had. */
export function serviceRoutes(api: ServiceApi): readonly Route[] {
  return [
    ...listRoutes(api),
    ...oneServiceRoutes(api),
    ...['/services/:name/config', '/services/:name/config/next'].flatMap((path) => configRoutes(api, path)),
    ...versionRoutes(api),
  ];
}

function listRoutes(api: ServiceApi): readonly Route[] {
  return [
    {
      ...usual,
      method: 'POST',
      path: '/services',
      summary: 'Makes a service. Keys that are not known are kept, and named in warnings.',
      body: createSchema,
      query: silent,
      answers: { 201: 'the service', 400: 'it is invalid, or there is one of that name', ...refusals, ...unsaved },
      handle: async ({ body, query }) => ({ status: 201, json: await api.create(body, isHeard(query)) }),
    },
    {
      ...usual,
      method: 'GET',
      path: '/services',
      summary: 'The services by name, or the one made last with a repository.',
      query: { type: 'object', properties: { dockerRepository: { type: 'string', description: 'only its service' } } },
      answers: { 200: 'a list, or a service', ...refusals, 404: 'no service has the repository' },
      handle: ({ query: { dockerRepository: repository } }) =>
        typeof repository === 'string' && repository !== ''
          ? { json: api.findByRepository(repository) }
          : jsonList(api.list(), '{"doc":[', ']}'),
    },
    {
      ...usual,
      method: 'GET',
      path: '/journal',
      summary: 'Deploys of all services, oldest first, also of those that are gone.',
      query: { type: 'object', properties: { limit: { ...limit, description: 'only the newest; all if not given' } } },
      answers: { 200: 'a list', ...refusals },
      handle: ({ query }) => jsonList(api.journal(query['limit'] as number | undefined)),
    },
  ];
}

function oneServiceRoutes(api: ServiceApi): readonly Route[] {
  const path = '/services/:name';
  return [
    {
      ...usual,
      method: 'GET',
      path,
      summary: 'A service, with the version that runs.',
      answers: { 200: 'the service', ...refusals, ...notFound },
      handle: ({ params }) => ({ text: api.get(nameIn(params)), type: json }),
    },
    {
      ...usual,
      method: 'PATCH',
      path,
      summary: 'Changes the description or the repository of a service.',
      body: servicePatchSchema,
      answers: { 200: 'the service', ...invalid, ...refusals, ...notFound, ...unsaved },
      handle: async ({ params, body }) => ({ json: await api.patch(nameIn(params), body) }),
    },
    {
      ...usual,
      method: 'DELETE',
      path,
      summary: 'Removes a service with its history; then its units leave.',
      query: silent,
      answers: { 204: 'it is recorded', ...refusals, ...notFound, ...unsaved },
      handle: async ({ params, query }) => {
        await api.remove(nameIn(params), isHeard(query));
        return { status: 204 };
      },
    },
  ];
}

function configRoutes(api: ServiceApi, path: string): readonly Route[] {
  return [
    {
      ...usual,
      method: 'GET',
      path,
      summary: 'What the next version of a service will run with.',
      answers: { 200: 'the configuration', ...refusals, ...notFound },
      handle: ({ params }) => ({ json: api.config(nameIn(params)) }),
    },
    {
      ...usual,
      method: 'PATCH',
      path,
      summary: 'Replaces keys of that configuration.',
      body: configPatchSchema,
      query: silent,
      answers: { 200: 'the whole configuration', ...invalid, ...refusals, ...notFound, ...tooLarge, ...unsaved },
      handle: async ({ params, body, query }) => ({
        json: await api.patchConfig(nameIn(params), body, isHeard(query)),
      }),
    },
  ];
}

function versionRoutes(api: ServiceApi): readonly Route[] {
  const get = (path: string, summary: string, handle: (params: RouteRequest['params']) => Reply): Route => ({
    ...usual,
    method: 'GET',
    path,
    summary,
    answers: { 200: 'configurations', ...refusals, 404: 'there is no such version' },
    handle: ({ params }) => handle(params),
  });
  const last = 'The configuration of the highest version.';
  const history = 'The configurations of the versions that are kept, by number.';
  const one = 'The configuration of a version.';
  const latestOf = (params: RouteRequest['params']): Reply => ({ json: api.latestConfig(nameIn(params)) });
  const historyOf = (params: RouteRequest['params']): Reply => jsonMembers(api.history(nameIn(params)), '{"doc":', '}');
  const versionOf = (params: RouteRequest['params']): Reply => ({
    json: api.configOfVersion(nameIn(params), params['version'] ?? ''),
  });
  return [
    get('/services/:name/config/last', last, latestOf),
    get('/config/:name/version/latest', last, latestOf),
    get('/services/:name/config/history', history, historyOf),
    get('/config/:name/history', history, historyOf),
    get('/services/:name/config/history/:version', one, versionOf),
    get('/config/:name/version/:version', one, versionOf),
  ];
}

function nameIn(params: RouteRequest['params']): string {
  return params['name'] ?? '';
}

function isHeard({ noEmit: word }: RouteRequest['query']): boolean {
  return word === undefined || word === 'false';
}
