import { definedOnly } from '../../defined.ts';
import { EngineError, EngineUnreachable } from '../../errors.ts';
import type { Answer, Connection } from './connection.ts';
import { firstAnswerLimitMs } from './alive.ts';
import { agentFor } from './endpoint.ts';
import { chosenEngine, defaultEngines, type Candidate, type ConnectRequest } from './engine-candidates.ts';
import { call } from './http.ts';
import { failedAttempt, unreachable, type Attempt } from './unreachable.ts';

export type { ConnectRequest } from './engine-candidates.ts';

const oldestApi = 41;
const newestTestedApi = 51;

/**
 * Connects to the engine that the user has chosen (`--host`, DOCKER_HOST, Docker context), else to the first that
 * answers on the usual sockets. When a chosen engine does not answer, no other takes its place.
 */
export async function connect(request: ConnectRequest): Promise<Connection> {
  const chosen = chosenEngine(request);
  const attempts: Attempt[] = chosen === undefined ? [noChoice] : [];
  for (const candidate of chosen === undefined ? defaultEngines(request) : [chosen]) {
    const result = await attempt(candidate, attempts, request.signal);
    if ('agent' in result) return result;
    attempts.push(result);
  }
  throw unreachable(attempts, request);
}

const noChoice: Attempt = {
  source: '--host, DOCKER_HOST, docker context',
  reason: 'not set',
  isForbidden: false,
};

async function attempt(
  candidate: Candidate,
  before: readonly Attempt[],
  signal: AbortSignal | undefined,
): Promise<Connection | Attempt> {
  const { source, address, endpoint } = candidate;
  // Docker and podman have different containers: without permission for the one, do not work on the other.
  if (source.endsWith('podman.sock') && before.some(({ isForbidden }) => isForbidden))
    return { source, reason: 'not tried, because Docker is there; choose it with --host', isForbidden: false };
  const agent = agentFor(endpoint);
  try {
    const answer = await call(
      { address, agent, apiVersion: '', builder: 'classic', ...definedOnly({ signal }) },
      { step: 'ping', method: 'GET', path: '/_ping', limitMs: firstAnswerLimitMs(address) },
    );
    return {
      address,
      agent,
      apiVersion: negotiate(address, answer),
      builder: builderOf(answer),
      ...definedOnly({ signal }),
    };
  } catch (error) {
    agent.destroy();
    if (!(error instanceof EngineUnreachable)) throw error;
    return failedAttempt(candidate, error.cause ?? error);
  }
}

/** Docker has BuildKit since 18.09, whatever its default is; podman and Windows engines do not. */
function builderOf({ headers }: Answer): Connection['builder'] {
  return headers['libpod-api-version'] === undefined && headers['ostype'] !== 'windows' ? 'buildkit' : 'classic';
}

/** The newest API version that both sides know. */
function negotiate(address: string, answer: Answer): string {
  const offered = String(answer.headers['api-version'] ?? '');
  const minor = /^1\.(\d+)$/.exec(offered)?.[1];
  if (minor === undefined || Number(minor) < oldestApi) throw tooOld(address, offered);
  return `1.${String(Math.min(Number(minor), newestTestedApi))}`;
}

function tooOld(address: string, offered: string): EngineError {
  const speaks = offered === '' ? 'names no API version' : `speaks API ${offered}`;
  return new EngineError(
    `the engine at ${address} is too old: it ${speaks}, dockerops needs 1.${String(oldestApi)} (Docker 20.10) or newer`,
    { code: 'ENGINE_TOO_OLD', suggestions: ['update the engine'] },
  );
}
