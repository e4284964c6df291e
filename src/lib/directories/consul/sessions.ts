import { DirectoryNotFound } from '../directory-errors.ts';
import { part, type ConsulHttp } from './http.ts';

export interface SessionRequest {
  readonly name: string;
  /** Consul takes 10 s to a day, and may let it live twice as long. */
  readonly ttlSeconds: number;
  /** How long nobody can take a lock that was lost. */
  readonly lockDelaySeconds: number;
}

/** A session that expires when it is not renewed within its ttl. Without checks, it survives restarts of the agent. */
export async function createSession(
  http: ConsulHttp,
  { name, ttlSeconds, lockDelaySeconds }: SessionRequest,
  signal?: AbortSignal,
): Promise<string> {
  const body = {
    Name: name,
    TTL: `${ttlSeconds}s`,
    LockDelay: `${lockDelaySeconds}s`,
    Behavior: 'release',
    NodeChecks: [],
    Checks: [],
  };
  return (
    await http.askJson<{ readonly ID: string }>({
      step: `open the session ${name}`,
      method: 'PUT',
      path: '/session/create',
      body,
      signal,
    })
  ).ID;
}

/** False: it has expired. */
export async function renewSession(http: ConsulHttp, id: string, signal?: AbortSignal): Promise<boolean> {
  return http.ask({ step: 'renew the session', method: 'PUT', path: `/session/renew/${part(id)}`, signal }).then(
    () => true,
    (error: unknown) => {
      if (error instanceof DirectoryNotFound) return false;
      throw error;
    },
  );
}

/** One that is absent is no error. */
export async function destroySession(http: ConsulHttp, id: string, signal?: AbortSignal): Promise<void> {
  await http.ask({ step: 'end the session', method: 'PUT', path: `/session/destroy/${part(id)}`, signal });
}
