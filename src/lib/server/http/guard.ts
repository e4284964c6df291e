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
  app.addHook('onRequest', (request, reply, done) => {
    const { origin, host } = request.headers;
    if (!check.isNeeded && !isLocalHost(host))
      return done(new HttpError(403, 'without a token, requests must be to localhost'));
    if (origin === undefined) return done(checkHead(check, request));
    if (!mayAsk(request.headers, origins))
      return done(new HttpError(403, `pages of ${origin} may not ask: see --cors`));
    reply.headers(corsHeaders(origin, origins));
    const isPreflight = request.method === 'OPTIONS' && isListed(origin, origins);
    if (isPreflight) reply.code(204).headers(preflightHeaders).send();
    else done(checkHead(check, request));
  });
  // By then the body is read.
  app.addHook('preValidation', (request, _reply, done) => {
    done(checkBody(check, request));
  });
}

function checkHead(check: TokenCheck, request: FastifyRequest): HttpError | undefined {
  if (!check.isNeeded || request.facts.isOpen) return undefined;
  if (check.isBlocked(request.ip))
    return new HttpError(429, 'too many wrong tokens from this address', { headers: { 'retry-after': '60' } });
  const sent = tokenOf(request);
  if (sent === undefined && request.facts.hasBody) return undefined;
  return check.allows(sent, request.ip) ? undefined : unauthorized();
}

function checkBody(check: TokenCheck, request: FastifyRequest): HttpError | undefined {
  if (!check.isNeeded || !request.facts.hasBody || tokenOf(request) !== undefined) return undefined;
  return check.allows(bodyToken(request.body), request.ip) ? undefined : unauthorized();
}

/** In the header, else in the query. */
function tokenOf({ headers, query }: FastifyRequest): string | undefined {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (headers.authorization !== undefined) return bearer ?? '';
  const { token } = query as { readonly token?: unknown };
  return typeof token === 'string' ? token : undefined;
}

function bodyToken(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('token' in body)) return undefined;
  return typeof body.token === 'string' ? body.token : undefined;
}

function unauthorized(): HttpError {
  return new HttpError(401, 'Unauthorized', { headers: { 'www-authenticate': 'Bearer' } });
}
