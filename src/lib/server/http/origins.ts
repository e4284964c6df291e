import type { IncomingHttpHeaders } from 'node:http';

/** Origins of web pages that may ask, besides the server's own: a list, or any. */
export type AllowedOrigins = readonly string[] | 'any';

const localNames: ReadonlySet<string> = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether `Host` names this machine: a page elsewhere whose name was pointed here has another one. */
export function isLocalHost(host: string | undefined): boolean {
  return host !== undefined && localNames.has(host.toLowerCase().replace(/:\d*$/, ''));
}

/** Whether the page that asks may; a client that is no browser sends no origin. */
export function mayAsk({ origin, host }: IncomingHttpHeaders, allowed: AllowedOrigins): boolean {
  if (origin === undefined) return true;
  return origin === `http://${host ?? ''}` || origin === `https://${host ?? ''}` || isListed(origin, allowed);
}

export function isListed(origin: string, allowed: AllowedOrigins): boolean {
  return allowed === 'any' || allowed.includes(origin);
}

/** So that the browser gives the answer to the page. */
export function corsHeaders(origin: string | undefined, allowed: AllowedOrigins): Readonly<Record<string, string>> {
  if (origin === undefined || !isListed(origin, allowed)) return {};
  return {
    'access-control-allow-origin': origin,
    'access-control-expose-headers': 'location, retry-after, x-api-uuid, x-api-version',
    vary: 'Origin',
  };
}

export const preflightHeaders: Readonly<Record<string, string>> = {
  'access-control-allow-methods': 'GET, POST, PATCH, DELETE',
  'access-control-allow-headers': 'authorization, content-type, idempotency-key, last-event-id',
  'access-control-max-age': '600',
};
