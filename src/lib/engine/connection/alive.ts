import { EngineUnreachable } from '../../errors.ts';
import type { Call, Connection } from './connection.ts';
import { sendRequest } from './request.ts';

/** Connections that have given a document of the API: what answers there is an engine, which may be busy. */
const proven = new WeakSet<Connection['agent']>();

const readLimitMs = 60_000;
const changeLimitMs = 5 * 60_000;

/** How long the first answer may take. A handshake of ssh, with a jump host and a slow DNS, takes longer. */
export function firstAnswerLimitMs(address: string): number {
  return address.startsWith('ssh:') ? 40_000 : 8000;
}

/** How long a call may take whose caller has set no limit. */
export function usualLimitMs({ address, agent }: Connection, { method }: Call): number {
  if (method !== 'GET' && method !== 'HEAD') return changeLimitMs;
  return proven.has(agent) ? readLimitMs : firstAnswerLimitMs(address);
}

export function markProven({ agent }: Connection): void {
  proven.add(agent);
}

/**
 * The outcome of `work`, or an error as soon as the engine does not answer a ping. Calls may take many minutes, but an
 * engine that hangs is noticed within the time that a first answer may take.
 */
export async function whileAlive<T>(
  connection: Connection,
  work: Promise<T>,
  abandon: (error: Error) => void = () => {},
  limitMs = firstAnswerLimitMs(connection.address) / 2,
): Promise<T> {
  const silent = Promise.withResolvers<never>();
  let isDone = false;
  const check = (): void => {
    ping(connection, limitMs).then(
      () => {
        if (!isDone) timer = setTimeout(check, limitMs);
      },
      () => {
        const error = silence(connection.address, limitMs * 2);
        abandon(error);
        silent.reject(error);
      },
    );
  };
  let timer = setTimeout(check, limitMs);
  try {
    return await Promise.race([work, silent.promise]);
  } finally {
    isDone = true;
    clearTimeout(timer);
  }
}

export function silence(address: string, limitMs: number): EngineUnreachable {
  return new EngineUnreachable(`the engine at ${address} did not answer within ${String(limitMs / 1000)} s`, {
    code: 'ENGINE_UNREACHABLE',
    suggestions: ['dockerops doctor'],
  });
}

/** Any answer will do. */
function ping(connection: Connection, limitMs: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const request = sendRequest(connection, { step: 'ping', method: 'GET', path: '/_ping' });
  const timer = setTimeout(() => request.destroy(new Error('no answer')), limitMs);
  request.on('response', (response) => {
    clearTimeout(timer);
    response.resume();
    resolve();
  });
  request.on('error', (error) => {
    clearTimeout(timer);
    reject(error);
  });
  return promise;
}
