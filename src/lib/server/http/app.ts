import { randomUUID } from 'node:crypto';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { errorFields, type Log } from '../../daemons/log.ts';
import { StoreConflict } from '../store/database.ts';
import { isStoreFailure } from '../store/open-store.ts';
import { addBodyReader, maxBodyBytes } from './body.ts';
import { guardBody, guardHead, type Guard } from './guard.ts';
import { errorDocument, HttpError } from './http-error.ts';
import { addRoutes, sendJson, type RouteHooks } from './add-routes.ts';
import type { ErrorForm, Route } from './route.ts';
import { factsOf, noRoute, type RouteFacts } from './route-facts.ts';
import { unquote } from './unquoted.ts';
import { validationError } from './validation.ts';

export interface AppOptions {
  readonly guard: Guard;
  /** Of the API: `x-api-version`. */
  readonly version: string;
  readonly log: Log;
  /** Aborts when the server begins to end. */
  readonly stopping: AbortSignal;
  readonly onAnswer?: (request: AnsweredRequest) => void;
}

interface AnsweredRequest {
  readonly method: string;
  /** As the table has it, so that no parameter is in it. */
  readonly path: string;
  readonly status: number;
}

/** All that is wrong is looked for: a body is small, and what is said of it is cut. */
const validation = {
  allErrors: true,
  allowUnionTypes: true,
  coerceTypes: false,
  removeAdditional: false,
  useDefaults: false,
} as const;

/** The HTTP application of a table of routes; it listens nowhere. */
export async function createApp(routes: readonly Route[], options: AppOptions): Promise<FastifyInstance> {
  const app = fastify({
    bodyLimit: maxBodyBytes,
    genReqId: () => randomUUID(),
    logger: false,
    ajv: { customOptions: validation },
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 512 },
    frameworkErrors: (error, request, reply) => {
      sendError(error, request, reply, options);
    },
  });
  const hooks = routeHooks(options);
  app.decorateRequest('facts').decorateRequest('beganAt');
  addBodyReader(app);
  app.setErrorHandler((error: FastifyError, request, reply) => {
    sendError(error, request, reply, options);
  });
  app.setNotFoundHandler({ preValidation: hooks(noRoute).onRequest }, () => {
    throw new HttpError(404, 'there is nothing at this path: see /openapi.json');
  });
  const onSent = (request: FastifyRequest, reply: FastifyReply): void => report(request, reply, options);
  addRoutes(app, routes, { stopping: options.stopping, hooks, onSent });
  await app.ready();
  return app;
}

/**
 * What happens to each request of a route before its handler. Hooks of the whole application would have to ask for the
 * route of a request, for which Fastify makes a new object each time: that halves the requests a second.
 */
function routeHooks(options: AppOptions): (facts: RouteFacts) => RouteHooks {
  const { guard } = options;
  return (facts) => ({
    onRequest: (request, reply, done) => {
      request.facts = facts;
      request.beganAt = performance.now();
      addCommonHeaders(request, reply, options);
      guardHead(guard, request, reply, done);
      // A preflight.
      if (reply.statusCode === 204) report(request, reply, options);
    },
    ...(facts.body === undefined && facts.query === undefined ? {} : { preValidation: readHook(guard) }),
  });
}

/** When the body is read. */
function readHook(guard: Guard): RouteHooks['onRequest'] {
  return (request, _reply, done) => {
    const refusal = guardBody(guard, request);
    if (refusal === undefined) unquote(request);
    done(refusal);
  };
}

function addCommonHeaders({ id }: FastifyRequest, reply: FastifyReply, { version }: AppOptions): void {
  reply.header('x-api-version', version).header('x-api-uuid', id).header('cache-control', 'no-store');
}

/** Also of a path that no route could read, before any hook has run. */
function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, options: AppOptions): void {
  const form = factsOf(request).errors;
  const refusal = toHttpError(error, form);
  if (!(error instanceof HttpError) && refusal.status >= 500)
    options.log.error({ ...errorFields(error), request: request.id }, 'a request failed');
  const document = errorDocument(refusal, { form, requestId: request.id, hasLogin: hasLogin(request.body) });
  addCommonHeaders(request, reply, options);
  reply.code(refusal.status).headers(refusal.headers);
  sendJson(reply, JSON.stringify(document));
  report(request, reply, options);
}

/** In words of ours: Fastify's repeat the address, and with it the token. */
const refusals: Readonly<Record<number, string>> & { readonly 400: string } = {
  400: 'the request is invalid',
  413: 'the body is larger than 1 MiB',
  414: 'a part of the path is too long',
};

function toHttpError(error: unknown, form: ErrorForm): HttpError {
  if (error instanceof HttpError) return error;
  const { validation, statusCode = 500 } = error as Partial<FastifyError>;
  if (validation !== undefined) return validationError(validation, form);
  if (error instanceof StoreConflict) return new HttpError(409, error.message);
  if (isStoreFailure(error)) return new HttpError(503, 'the store cannot be written: see the log');
  if (statusCode >= 400 && statusCode < 500) return new HttpError(statusCode, refusals[statusCode] ?? refusals[400]);
  return new HttpError(500, 'the server has failed: see the log');
}

function hasLogin(body: unknown): boolean {
  return typeof body === 'object' && body !== null && 'auth' in body;
}

/**
 * When the answer is sent, or its stream begins. Neither the query nor a header is logged: they may have the token. A
 * hook at the end of each answer would listen for it, which costs as much as the routing.
 */
function report(request: FastifyRequest, reply: FastifyReply, { log, onAnswer }: AppOptions): void {
  const { method, id } = request;
  const { path } = factsOf(request);
  const { statusCode: status } = reply;
  onAnswer?.({ method, path, status });
  const level = method === 'GET' && status < 400 ? 'debug' : 'info';
  if (!log.isLevelEnabled(level)) return;
  const ms = Math.round(performance.now() - (request.beganAt ?? performance.now()));
  log[level]({ request: id, method, path, status, ms }, 'request');
}
