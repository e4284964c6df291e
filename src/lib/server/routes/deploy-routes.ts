import type { DeployApi, DeployOptions } from '../deploy/deploy-api.ts';
import {
  deploySchema,
  dockerhubSchema,
  rollbackSchema,
  type DeployHook,
  type DockerhubHook,
} from '../deploy/deploy-schema.ts';
import { jsonList } from '../http/json-list.ts';
import type { Route, RouteRequest } from '../http/route.ts';
import { refusals } from './refusals.ts';

const usualLimit = 100;
const answers = {
  200: 'the version is recorded; Location has its deployment',
  400: 'it is invalid; errors has each path and why',
  ...refusals,
  404: 'there is no such service, or version',
  500: 'with wait: why the deploy has failed',
  503: 'the store cannot be written, or, with wait or for a dry run, the engine is away',
};
const query = {
  type: 'object',
  properties: {
    wait: { type: 'boolean', description: 'answers when the deploy has ended' },
    dryRun: { type: 'boolean', description: 'answers with what it would do, and records nothing' },
  },
};

/** What brings a version to its units, and how that goes. */
export function deployRoutes(api: DeployApi): readonly Route[] {
  return [...hookRoutes(api), ...deploymentRoutes(api)];
}

function hookRoutes(api: DeployApi): readonly Route[] {
  const post = { method: 'POST', errors: 'usual', query, answers } as const;
  return [
    {
      ...post,
      path: '/hooks/deploy',
      summary: 'Deploys the next version of a service, with an image and the next configuration.',
      body: deploySchema,
      handle: (request) => api.deploy(request.body as DeployHook, optionsOf(request)),
    },
    {
      ...post,
      path: '/hooks/dockerhub',
      summary: 'The webhook of Docker Hub: deploys the service that has the repository.',
      anyType: true,
      body: dockerhubSchema,
      handle: (request) => api.dockerhub(request.body as DockerhubHook, optionsOf(request)),
    },
    {
      ...post,
      path: '/services/:name/rollback',
      summary: 'Deploys a new version with the image and the configuration of an earlier one.',
      body: rollbackSchema,
      handle: (request) => {
        const { version } = request.body as { readonly version: number };
        return api.rollback(request.params['name'] ?? '', version, optionsOf(request));
      },
    },
  ];
}

function deploymentRoutes(api: DeployApi): readonly Route[] {
  return [
    {
      method: 'GET',
      path: '/deployments',
      summary: 'Deployments, newest first.',
      errors: 'usual',
      query: {
        type: 'object',
        properties: {
          service: { type: 'string', description: 'only of this one' },
          limit: { type: 'integer', minimum: 1, maximum: 10_000, description: 'at most so many; 100 if not given' },
        },
      },
      answers: { 200: 'a list', ...refusals },
      handle: ({ query: { service, limit } }) => {
        const list = api.list(service as string | undefined, typeof limit === 'number' ? limit : usualLimit);
        return jsonList(list, '{"doc":[', ']}');
      },
    },
    {
      method: 'GET',
      path: '/deployments/:id',
      summary: 'How a deployment is doing.',
      errors: 'usual',
      answers: {
        200: 'its state, what it went through, and why it has failed',
        ...refusals,
        404: 'no such deployment',
      },
      handle: ({ params }) => ({ json: api.get(params['id'] ?? '') }),
    },
  ];
}

/** Asks for the signal of the client only where something waits. */
function optionsOf(request: RouteRequest): DeployOptions {
  const wait = request.query['wait'] === true;
  const signal = wait ? AbortSignal.any([request.signal, request.stopping]) : request.stopping;
  return { wait, dryRun: request.query['dryRun'] === true, signal };
}
