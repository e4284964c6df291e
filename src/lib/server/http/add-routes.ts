import { Readable } from 'node:stream';
import type {
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  onRequestHookHandler,
  preValidationHookHandler,
} from 'fastify';
import { definedOnly } from '../../defined.ts';
import { HttpError } from './http-error.ts';
import type { RouteFacts } from './route-facts.ts';
import type { Reply, Route, RouteRequest } from './route.ts';

const json = 'application/json';
const plainText = 'text/plain; charset=utf-8';
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** What Fastify runs before the handler of a route. */
export interface RouteHooks {
  readonly onRequest: onRequestHookHandler;
  readonly preValidation?: preValidationHookHandler;
}

interface RouteOptions {
  readonly hooks: (facts: RouteFacts) => RouteHooks;
  /** Aborts when the server begins to end. */
  readonly stopping: AbortSignal;
  /** Called when an answer is sent; not for errors. */
  readonly onSent: (request: FastifyRequest, reply: FastifyReply) => void;
}

/** Adds the routes, and for each path a refusal of the methods that it has not. */
export function addRoutes(app: FastifyInstance, routes: readonly Route[], options: RouteOptions): void {
  for (const route of routes) addRoute(app, route, options);
  for (const [path, group] of Map.groupBy(routes, (route) => route.path)) addRefusal(app, path, group, options);
}

function addRoute(app: FastifyInstance, route: Route, options: RouteOptions): void {
  const { method, path, body, query, headers, isOpen = false, anyType = false, errors } = route;
  app.route({
    method,
    url: path,
    ...options.hooks({ path, isOpen, anyType, errors, ...definedOnly({ body, query }) }),
    schema: {
      ...(body === undefined ? {} : { body }),
      ...(query === undefined ? {} : { querystring: query }),
      ...(headers === undefined ? {} : { headers }),
    },
    handler: (request, reply) => {
      answer(route, request, reply, options);
    },
  });
}

/** Without a promise where the route has none: Fastify would listen for the end of each answer. */
function answer(route: Route, request: FastifyRequest, reply: FastifyReply, { stopping, onSent }: RouteOptions): void {
  const result = route.handle(new HandledRequest(request, reply, stopping));
  if (!(result instanceof Promise)) {
    send(result, reply);
    onSent(request, reply);
    return;
  }
  result
    .then((later) => {
      send(later, reply);
      onSent(request, reply);
    })
    .catch((error: unknown) => {
      reply.send(error);
    });
}

/** A class, since each object with a getter in a literal has a shape of its own, which lives long. */
class HandledRequest implements RouteRequest {
  readonly params: RouteRequest['params'];
  readonly query: RouteRequest['query'];
  readonly body: unknown;
  readonly headers: RouteRequest['headers'];
  readonly stopping: AbortSignal;
  readonly #reply: FastifyReply;

  constructor(request: FastifyRequest, reply: FastifyReply, stopping: AbortSignal) {
    this.params = request.params as RouteRequest['params'];
    this.query = request.query as RouteRequest['query'];
    this.body = request.body;
    this.headers = request.headers;
    this.stopping = stopping;
    this.#reply = reply;
  }

  /** Few routes wait for anything. */
  get signal(): AbortSignal {
    return goneSignal(this.#reply);
  }
}

/** Aborts when the client has gone. */
function goneSignal(reply: FastifyReply): AbortSignal {
  const gone = new AbortController();
  reply.raw.once('close', () => {
    gone.abort();
  });
  return gone.signal;
}

function send(result: Reply, reply: FastifyReply): void {
  if (result.headers !== undefined) reply.headers(result.headers);
  if ('json' in result) sendJson(reply.code(result.status ?? 200), JSON.stringify(result.json));
  else if ('lines' in result) sendLines(reply, result.type ?? plainText, result.lines);
  else if (!('text' in result)) reply.code(result.status).send();
  else if (result.type === json) sendJson(reply, result.text);
  else reply.type(result.type).send(result.text);
}

/** Its head is sent at once: the first line may take long. */
function sendLines(reply: FastifyReply, type: string, lines: AsyncIterable<string>): void {
  reply.type(type).send(Readable.from(lines));
  reply.raw.flushHeaders();
}

/** With a serializer, Fastify does not append a character set to the type, which JSON does not have. */
export function sendJson(reply: FastifyReply, text: string): void {
  reply.header('content-type', json).serializer(asItIs).send(text);
}

const asItIs = (payload: unknown): string => payload as string;

function addRefusal(app: FastifyInstance, path: string, group: readonly Route[], { hooks }: RouteOptions): void {
  const known = group.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  const errors = group[0]?.errors ?? 'usual';
  app.route({
    method: methods.filter((method) => !known.includes(method)),
    url: path,
    ...hooks({ path, isOpen: false, anyType: true, errors }),
    handler: () => {
      throw new HttpError(405, `the methods here are ${known.join(', ')}`, { headers: { allow: known.join(', ') } });
    },
  });
}
