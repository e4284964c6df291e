import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { definedOnly } from '../../defined.ts';
import { HttpError } from './http-error.ts';
import type { Reply, Route, RouteRequest } from './route.ts';

const json = 'application/json';
const plainText = 'text/plain; charset=utf-8';
const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Adds the routes, and for each path a refusal of the methods that it has not. */
export function addRoutes(app: FastifyInstance, routes: readonly Route[], stopping: AbortSignal): void {
  for (const route of routes) addRoute(app, route, stopping);
  for (const [path, group] of Map.groupBy(routes, (route) => route.path)) addRefusal(app, path, group);
}

function addRoute(app: FastifyInstance, route: Route, stopping: AbortSignal): void {
  const { method, path, body, query, headers, isOpen = false, anyType = false, errors } = route;
  app.route({
    method,
    url: path,
    config: { facts: { path, isOpen, anyType, errors, ...definedOnly({ body, query }) } },
    schema: {
      ...(body === undefined ? {} : { body }),
      ...(query === undefined ? {} : { querystring: query }),
      ...(headers === undefined ? {} : { headers }),
    },
    handler: (request, reply) => {
      answer(route, request, reply, stopping);
    },
  });
}

/** Without a promise where the route has none: Fastify would listen for the end of each answer. */
function answer(route: Route, request: FastifyRequest, reply: FastifyReply, stopping: AbortSignal): void {
  const result = route.handle({
    params: request.params as RouteRequest['params'],
    query: request.query as RouteRequest['query'],
    body: request.body,
    headers: request.headers,
    // Few routes wait for anything.
    get signal() {
      return goneSignal(reply);
    },
    stopping,
  });
  if (!(result instanceof Promise)) return send(result, reply);
  result
    .then((later) => {
      send(later, reply);
    })
    .catch((error: unknown) => {
      reply.send(error);
    });
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

function addRefusal(app: FastifyInstance, path: string, group: readonly Route[]): void {
  const known = group.flatMap(({ method }) => (method === 'GET' ? ['GET', 'HEAD'] : [method]));
  const errors = group[0]?.errors ?? 'usual';
  app.route({
    method: methods.filter((method) => !known.includes(method)),
    url: path,
    config: { facts: { path, isOpen: false, anyType: true, errors } },
    handler: () => {
      throw new HttpError(405, `the methods here are ${known.join(', ')}`, { headers: { allow: known.join(', ') } });
    },
  });
}
