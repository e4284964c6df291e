import type { Clock } from '../../daemons/clock.ts';
import { engineLimitMs, type EngineAccess } from '../engine-access.ts';
import { HttpError } from '../http/http-error.ts';
import { jsonList } from '../http/json-list.ts';
import type { Route, RouteRequest } from '../http/route.ts';
import type { JobApi } from '../jobs/job-api.ts';
import { runDocument } from '../jobs/job-document.ts';
import { readJobLog } from '../jobs/job-log.ts';
import { isOver, jobStates } from '../jobs/job.ts';
import { runSchema, type RunBody } from '../jobs/run-schema.ts';
import { limitLogs, logOptions, logQuery } from './log-request.ts';
import { refusals } from './refusals.ts';
import type { JobQuery } from '../store/job-queries.ts';

export interface JobRouteTools {
  readonly api: JobApi;
  readonly engine: EngineAccess;
  readonly clock: Pick<Clock, 'sleep'>;
  /** Streams that are open at once. */
  readonly maxStreams: number;
}

const notFound = { 404: 'Service not found' };
const limit = { type: 'integer', minimum: 1, maximum: 10_000, description: 'at most so many; 1000 if not given' };
const usualLimit = 1000;

/** The requests of the first job server, and ours beside them. */
export function jobRoutes(tools: JobRouteTools): readonly Route[] {
  const { api } = tools;
  return [runRoute(api), stopRoute(api), statusRoute(api), listRoute(api), runsRoute(api), logRoute(tools)];
}

function runRoute(api: JobApi): Route {
  return {
    method: 'POST',
    path: '/run',
    summary: 'Runs a command in a container on a node of the Swarm.',
    errors: 'jobs',
    anyType: true,
    body: runSchema,
    headers: {
      type: 'object',
      properties: {
        'idempotency-key': { type: 'string', description: 'the same key gets the same answer for 24 hours' },
      },
    },
    answers: {
      200: 'the id of the job; it is on the disk of the server',
      400: 'command missing or invalid, image missing or invalid, and so on',
      ...refusals,
      409: 'the name is taken, or the engine is not a manager of a Swarm',
      503: 'the engine is away, the store cannot be written, or there are 1000 unfinished jobs',
    },
    handle: async ({ body, headers }) => {
      const key = headers['idempotency-key'];
      const text = await api.run(body as RunBody, typeof key === 'string' ? key : undefined);
      return { text, type: 'application/json' };
    },
  };
}

function stopRoute(api: JobApi): Route {
  return {
    method: 'POST',
    path: '/stop',
    summary: 'Stops a job and removes its service; its status is kept.',
    errors: 'jobs',
    anyType: true,
    body: {
      type: 'object',
      required: ['id'],
      properties: { id: { type: 'string', minLength: 1, description: 'of the job' } },
    },
    answers: { 200: 'it is stopped, also when it had ended', 400: 'container id missing', ...refusals, ...notFound },
    handle: async ({ body }) => ({ json: await api.stop((body as { readonly id: string }).id) }),
  };
}

function statusRoute(api: JobApi): Route {
  return {
    method: 'GET',
    path: '/status/:id',
    summary: 'How a job is doing.',
    errors: 'jobs',
    answers: { 200: 'its state, and the reason when it waits or has failed', ...refusals, ...notFound },
    handle: ({ params }) => ({ text: api.status(params['id'] ?? ''), type: 'application/json' }),
  };
}

function listRoute(api: JobApi): Route {
  return {
    method: 'GET',
    path: '/jobs',
    summary: 'The jobs, newest first.',
    errors: 'jobs',
    query: {
      type: 'object',
      properties: {
        state: { type: 'string', enum: [...jobStates], description: 'only those in this state' },
        name: { type: 'string', description: 'only those of this name' },
        limit,
      },
    },
    answers: { 200: 'a list', ...refusals },
    handle: ({ query }) => jsonList(api.list({ ...(query as Partial<JobQuery>), limit: limitOf(query) })),
  };
}

function runsRoute(api: JobApi): Route {
  return {
    method: 'GET',
    path: '/jobs/:id/runs',
    summary: 'The runs of a job, newest first.',
    errors: 'jobs',
    query: { type: 'object', properties: { limit } },
    answers: { 200: 'a list', ...refusals, ...notFound },
    handle: ({ params, query }) => jsonList(api.runs(params['id'] ?? '', limitOf(query)).map(runDocument)),
  };
}

function logRoute(tools: JobRouteTools): Route {
  const limited = limitLogs(tools.maxStreams);
  return {
    method: 'GET',
    path: '/jobs/:id/logs',
    summary: 'What the latest run of a job has printed.',
    errors: 'jobs',
    query: logQuery('until the run is over, with all its attempts'),
    answers: {
      200: 'text',
      ...refusals,
      404: 'no such job, or its log went with its service',
      503: 'the engine is away',
    },
    handle: async (request) => ({ lines: await limited(() => openLog(tools, request)) }),
  };
}

async function openLog(tools: JobRouteTools, request: RouteRequest): Promise<AsyncGenerator<string>> {
  const { api, engine, clock } = tools;
  const id = request.params['id'] ?? '';
  await requireLog(tools, id);
  return readJobLog({
    engine: () => engine.open(),
    run: (number) => api.loggedRun(id, number),
    clock,
    ...logOptions(request),
  });
}

/** The log of a run that waits for its service is empty so far. */
async function requireLog({ api, engine }: JobRouteTools, id: string): Promise<void> {
  const run = api.latestRun(id);
  if (run === undefined || (run.serviceId === undefined && !isOver(run))) return;
  const { serviceId } = run;
  const isThere =
    serviceId !== undefined &&
    (await engine.ask(
      async (reader) => (await reader.findSwarmService(serviceId)) !== undefined,
      AbortSignal.timeout(engineLimitMs),
    ));
  if (!isThere && (isOver(run) || run.unwanted === undefined))
    throw new HttpError(404, 'its log went with its service');
}

function limitOf(query: RouteRequest['query']): number {
  return typeof query['limit'] === 'number' ? query['limit'] : usualLimit;
}
