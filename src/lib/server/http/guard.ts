import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { HttpError } from './http-error.ts';
import { corsHeaders, isListed, isLocalHost, mayAsk, preflightHeaders, type AllowedOrigins } from './origins.ts';
import type { RouteFacts } from './route-facts.ts';
import { TokenCheck } from './token.ts';

export interface GuardOptions {
  readonly token: string | undefined;
  readonly origins: AllowedOrigins;
  /** Monotonic milliseconds. */
  readonly now: () => number;
}

/** What is known of a request before its body. */
export interface RequestHead {
  readonly headers: IncomingHttpHeaders;
  readonly ip: string;
  readonly query: unknown;
}

type Facts = Pick<RouteFacts, 'isOpen' | 'body'>;

/**
 * Who may ask. With a token, everything that is not open needs it; without one only this machine can ask, where a
 * browser is the danger.
 */
export class Guard {
  readonly origins: AllowedOrigins;
  readonly #check: TokenCheck;

  constructor({ token, origins, now }: GuardOptions) {
    this.origins = origins;
    this.#check = new TokenCheck(token, now);
  }

  /** Why a request is refused for the page that it comes from. */
  checkOrigin(headers: IncomingHttpHeaders): HttpError | undefined {
    if (!this.#check.isNeeded && !isLocalHost(headers.host))
      return new HttpError(403, 'without a token, requests must be to localhost');
    if (mayAsk(headers, this.origins)) return undefined;
    return new HttpError(403, `pages of ${headers.origin ?? ''} may not ask: see --cors`);
  }

  /** Why a request is refused for its token, as far as its head tells. */
  checkHead(head: RequestHead, { isOpen, body }: Facts): HttpError | undefined {
    if (!this.#check.isNeeded || isOpen) return undefined;
    if (this.#check.isBlocked(head.ip))
      return new HttpError(429, 'too many wrong tokens from this address', { headers: { 'retry-after': '60' } });
    const sent = tokenOf(head);
    if (sent === undefined && body !== undefined) return undefined;
    return this.#check.allows(sent, head.ip) ? undefined : unauthorized();
  }

  /** The same where the token is in the body. */
  checkBody(head: RequestHead, content: unknown, { body }: Facts): HttpError | undefined {
    if (!this.#check.isNeeded || body === undefined || tokenOf(head) !== undefined) return undefined;
    return this.#check.allows(bodyToken(content), head.ip) ? undefined : unauthorized();
  }
}

/** Answers a preflight itself; else calls `done`. */
export function guardHead(
  guard: Guard,
  request: FastifyRequest,
  reply: FastifyReply,
  done: (refusal?: HttpError) => void,
): void {
  const { origin } = request.headers;
  const refusal = guard.checkOrigin(request.headers);
  if (refusal !== undefined || origin === undefined) return done(refusal ?? guard.checkHead(request, request.facts));
  reply.headers(corsHeaders(origin, guard.origins));
  const isPreflight = request.method === 'OPTIONS' && isListed(origin, guard.origins);
  if (isPreflight) reply.code(204).headers(preflightHeaders).send();
  else done(guard.checkHead(request, request.facts));
}

/** The same for a token in the body, which is not shown to the route. */
export function guardBody(guard: Guard, request: FastifyRequest): HttpError | undefined {
  const refusal = guard.checkBody(request, request.body, request.facts);
  forgetToken(request.body);
  return refusal;
}

/** In the header, else in the query. */
function tokenOf({ headers, query }: RequestHead): string | undefined {
  const [, bearer] = /^Bearer +(\S+)$/i.exec(headers.authorization ?? '') ?? [];
  if (headers.authorization !== undefined) return bearer ?? '';
  const { token } = query as { readonly token?: unknown };
  return typeof token === 'string' ? token : undefined;
}

function bodyToken(body: unknown): string | undefined {
  if (typeof body !== 'object' || body === null || !('token' in body)) return undefined;
  return typeof body.token === 'string' ? body.token : undefined;
}

/** So that no route keeps or returns it. */
function forgetToken(body: unknown): void {
  if (typeof body === 'object' && body !== null && 'token' in body) delete body.token;
}

function unauthorized(): HttpError {
  return new HttpError(401, 'Unauthorized', { headers: { 'www-authenticate': 'Bearer' } });
}
