import { randomUUID } from 'node:crypto';
import fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { errorFields, type Log } from '../../daemons/log.ts';
import { StoreConflict } from '../store/database.ts';
import { isStoreFailure } from '../store/open-store.ts';
import { addBodyReader } from './body.ts';
import { addGuard, type Guard } from './guard.ts';
import { errorDocument, HttpError } from './http-error.ts';
import { addRoutes, sendJson } from './add-routes.ts';
import type { ErrorForm, Route } from './route.ts';
import { addUnquoting } from './unquoted.ts';
import { addRouteFacts, factsOf } from './route-facts.ts';
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
  readonly seconds: number;
}

const maxBodyBytes = 2 ** 20;
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
  addRouteFacts(app);
  app.addHook('onRequest', (request, reply, done) => {
    reply.headers(commonHeaders(request, options));
    done();
  });
  addGuard(app, options.guard);
  addBodyReader(app);
  addUnquoting(app);
  app.addHook('onResponse', (request, reply, done) => {
    report(request, reply, options);
    done();
  });
  app.setErrorHandler((error: FastifyError, request, reply) => {
    sendError(error, request, reply, options);
  });
  app.setNotFoundHandler(() => {
    throw new HttpError(404, 'there is nothing at this path: see /openapi.json');
  });
  addRoutes(app, routes, options.stopping);
  await app.ready();
  return app;
}

function commonHeaders({ id }: FastifyRequest, { version }: AppOptions): Readonly<Record<string, string>> {
  return { 'x-api-version': version, 'x-api-uuid': id, 'cache-control': 'no-store' };
}

/** Also of a path that no route could read, before any hook has run. */
function sendError(error: unknown, request: FastifyRequest, reply: FastifyReply, options: AppOptions): void {
  const form = factsOf(request).errors;
  const refusal = toHttpError(error, form);
  if (!(error instanceof HttpError) && refusal.status >= 500)
    options.log.error({ ...errorFields(error), request: request.id }, 'a request failed');
  const document = errorDocument(refusal, { form, requestId: request.id, hasLogin: hasLogin(request.body) });
  reply.code(refusal.status).headers({ ...commonHeaders(request, options), ...refusal.headers });
  sendJson(reply, JSON.stringify(document));
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

/** Neither the query nor a header is logged: they may have the token. */
function report(request: FastifyRequest, reply: FastifyReply, { log, onAnswer }: AppOptions): void {
  const { method, id } = request;
  const { path } = factsOf(request);
  const { statusCode: status, elapsedTime } = reply;
  onAnswer?.({ method, path, status, seconds: elapsedTime / 1000 });
  const level = method === 'GET' && status < 400 ? 'debug' : 'info';
  if (log.isLevelEnabled(level))
    log[level]({ request: id, method, path, status, ms: Math.round(elapsedTime) }, 'request');
}
