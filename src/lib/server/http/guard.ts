import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpError } from './http-error.ts';
import { corsHeaders, isListed, isLocalHost, mayAsk, preflightHeaders, type AllowedOrigins } from './origins.ts';
import { TokenCheck } from './token.ts';

export interface GuardOptions {
  readonly token: string | undefined;
  readonly origins: AllowedOrigins;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/**
 * Who may ask. With a token, everything that is not open needs it; without one only this machine can ask, where a
 * browser is the danger.
 */
export function addGuard(app: FastifyInstance, { token, origins, now }: GuardOptions): void {
  const check = new TokenCheck(token, now);
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    if (!check.isNeeded && !isLocalHost(request.headers.host))
      throw new HttpError(403, 'without a token, requests must be to localhost');
    if (!mayAsk(request.headers, origins))
      throw new HttpError(403, `pages of ${String(origin)} may not ask: see --cors`);
    reply.headers(corsHeaders(origin, origins));
    if (request.method === 'OPTIONS' && origin !== undefined && isListed(origin, origins))
      return reply.code(204).headers(preflightHeaders).send();
    if (isOpen(request)) return;
    if (check.isNeeded && check.isBlocked(request.ip))
      throw new HttpError(429, 'too many wrong tokens from this address', { headers: { 'retry-after': '60' } });
    const sent = tokenOf(request);
    if (sent === undefined && mayHaveToken(request)) return;
    if (!check.allows(sent, request.ip)) throw unauthorized();
  });
  // By then the body is read.
  app.addHook('preValidation', async (request) => {
    if (isOpen(request) || tokenOf(request) !== undefined || !mayHaveToken(request)) return;
    if (!check.allows(bodyToken(request.body), request.ip)) throw unauthorized();
  });
}

function isOpen({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.isOpen === true;
}

/** In the header, else in the query. */
function tokenOf({ headers, query }: FastifyRequest): string | undefined {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (headers.authorization !== undefined) return bearer ?? '';
  const { token } = query as { readonly token?: unknown };
  return typeof token === 'string' ? token : undefined;
}

/** Whether its body may have the token. */
function mayHaveToken({ routeOptions }: FastifyRequest): boolean {
  return routeOptions.config.hasBody === true;
}

function bodyToken(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('token' in body)) return undefined;
  return typeof body.token === 'string' ? body.token : undefined;
}

function unauthorized(): HttpError {
  return new HttpError(401, 'Unauthorized', { headers: { 'www-authenticate': 'Bearer' } });
}
