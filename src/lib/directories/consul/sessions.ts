import { DirectoryNotFound } from '../directory-errors.ts';
import { hasTexts } from './has-texts.ts';
import { part, type ConsulHttp } from './http.ts';

export interface SessionRequest {
  readonly name: string;
  /** Consul takes 10 s to a day, and may let it live twice as long. */
  readonly ttlSeconds: number;
  /** How long nobody can take a lock that was lost. */
  readonly lockDelaySeconds: number;
  /** Whether the keys that it holds are deleted at its end; else they are released. */
  readonly deletesKeys?: boolean;
}

/** A session that expires when it is not renewed within its ttl. Without checks, it survives restarts of the agent. */
export async function createSession(
  http: ConsulHttp,
  { name, ttlSeconds, lockDelaySeconds, deletesKeys = false }: SessionRequest,
  signal?: AbortSignal,
): Promise<string> {
  const body = {
    Name: name,
    TTL: `${ttlSeconds}s`,
    LockDelay: `${lockDelaySeconds}s`,
    Behavior: deletesKeys ? 'delete' : 'release',
    NodeChecks: [],
    Checks: [],
  };
  return (
    await http.askJson<{ readonly ID: string }>(
      {
        step: `open the session ${name}`,
        method: 'PUT',
        path: '/session/create',
        body,
        signal,
      },
      (answer) => hasTexts(answer, ['ID']),
    )
  ).ID;
}

/** The ttl that begins anew, in seconds; undefined: it has expired. */
export async function renewSession(http: ConsulHttp, id: string, signal?: AbortSignal): Promise<number | undefined> {
  const path = `/session/renew/${part(id)}`;
  const request = { step: 'renew the session', method: 'PUT', path, signal } as const;
  const areSessions = (answer: unknown): boolean =>
    Array.isArray(answer) && answer.every((each) => hasTexts(each, ['TTL']));
  const [session] = await http
    .askJson<readonly { readonly TTL: string }[]>(request, areSessions)
    .catch((error: unknown) => {
      if (error instanceof DirectoryNotFound) return [];
      throw error;
    });
  return session === undefined ? undefined : parseSeconds(session.TTL);
}

export async function sessionExists(http: ConsulHttp, id: string, signal?: AbortSignal): Promise<boolean> {
  const request = { step: 'look a session up', path: `/session/info/${part(id)}`, signal };
  return (await http.askJson<readonly unknown[]>(request, Array.isArray)).length > 0;
}

/** One that is absent is no error. */
export async function destroySession(http: ConsulHttp, id: string, signal?: AbortSignal): Promise<void> {
  await http.ask({ step: 'end the session', method: 'PUT', path: `/session/destroy/${part(id)}`, signal });
}

/** Go's own form: `15s`, `1m30s`, `1h0m0s`. */
function parseSeconds(duration: string): number {
  const units = { h: 3600, m: 60, s: 1 };
  return [...duration.matchAll(/(?<![\d.])([\d.]+)([hms])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * units[unit as keyof typeof units],
    0,
  );
}
