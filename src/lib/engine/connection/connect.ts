import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { EngineError, EngineUnreachable } from '../../errors.ts';
import {
  dockerConfigDirectory,
  findContextName,
  findTlsFiles,
  homeDirectory,
  loadContext,
  type ClientEnvironment,
} from './docker-context.ts';
import { agentFor, parseEndpoint, type Endpoint } from './endpoint.ts';
import { isPermissionError } from '../engine-errors.ts';
import { call, type Answer, type Connection } from './http.ts';

export interface ConnectRequest extends ClientEnvironment {
  /** Value of `--host`. */
  readonly host?: string;
}

/** One place to look for an engine. */
interface Candidate {
  readonly source: string;
  readonly address: string;
  readonly endpoint: Endpoint;
}

interface Attempt {
  readonly source: string;
  readonly reason: string;
  readonly permission: boolean;
}

const oldestApi = 41;
const newestTestedApi = 51;
const answerLimitMs = 40_000;

/**
 * Finds the engine: `--host`, DOCKER_HOST, the Docker context, then the usual sockets. The first three are somebody's
 * choice and final: when the chosen engine does not answer, no other is taken in its place. Agrees on the API version.
 */
export async function connect(request: ConnectRequest): Promise<Connection> {
  const chosen = fromFlag(request) ?? fromVariable(request) ?? fromContext(request);
  const attempts: Attempt[] =
    chosen === undefined
      ? [{ source: '--host, DOCKER_HOST, docker context', reason: 'not set', permission: false }]
      : [];
  for (const candidate of chosen === undefined ? sockets(request) : [chosen]) {
    const result = await attempt(candidate, attempts);
    if ('agent' in result) return result;
    attempts.push(result);
  }
  throw unreachable(attempts, request);
}

function fromFlag(request: ConnectRequest): Candidate | undefined {
  return request.host === undefined ? undefined : candidate('--host', request.host, tlsFromEnvironment(request));
}

function fromVariable(request: ConnectRequest): Candidate | undefined {
  const host = request.environment['DOCKER_HOST'] ?? '';
  return host === '' ? undefined : candidate('DOCKER_HOST', host, tlsFromEnvironment(request));
}

function fromContext(request: ConnectRequest): Candidate | undefined {
  const name = findContextName(request);
  return name === undefined ? undefined : { source: `docker context "${name}"`, ...loadContext(name, request) };
}

function tlsFromEnvironment(request: ConnectRequest): ReturnType<typeof findTlsFiles> {
  const { environment } = request;
  const verify = (environment['DOCKER_TLS_VERIFY'] ?? '') !== '';
  if (!verify && (environment['DOCKER_TLS'] ?? '') === '') return undefined;
  return findTlsFiles(environment['DOCKER_CERT_PATH'] ?? dockerConfigDirectory(request), verify) ?? { verify };
}

function candidate(source: string, address: string, tls?: ReturnType<typeof findTlsFiles>): Candidate {
  return { source, address, endpoint: parseEndpoint(address, source, tls) };
}

function sockets(request: ConnectRequest): readonly Candidate[] {
  if (request.platform === 'win32') return [candidate('Docker Desktop', 'npipe:////./pipe/docker_engine')];
  const home = homeDirectory(request);
  const runtime = request.environment['XDG_RUNTIME_DIR'];
  const perUser = (path: string): readonly string[] => (runtime === undefined ? [] : [join(runtime, path)]);
  const paths = [
    '/var/run/docker.sock',
    ...perUser('docker.sock'),
    join(home, '.docker/run/docker.sock'),
    join(home, '.colima/default/docker.sock'),
    ...perUser('podman/podman.sock'),
    '/run/podman/podman.sock',
  ];
  return paths.map((path) => candidate(path, `unix://${path}`));
}

async function attempt(place: Candidate, before: readonly Attempt[]): Promise<Connection | Attempt> {
  const refused = (reason: string, permission = false): Attempt => ({
    source: place.address.endsWith(place.source) ? place.source : `${place.source} (${place.address})`,
    reason,
    permission,
  });
  if (place.source.endsWith('podman.sock') && before.some(({ permission }) => permission)) {
    // Two engines hold different containers: being shut out of the one is no reason to work on the other.
    return refused('not tried, because Docker is there; choose it with --host');
  }
  const agent = agentFor(place.endpoint);
  try {
    const answer = await call(
      { address: place.address, agent, apiVersion: '', builder: 'classic' },
      { step: 'ping', method: 'GET', path: '/_ping', limitMs: answerLimitMs },
    );
    return { address: place.address, agent, apiVersion: negotiate(place.address, answer), builder: builderOf(answer) };
  } catch (error) {
    agent.destroy();
    if (!(error instanceof EngineUnreachable)) throw error;
    return refused(reasonOf(error.cause), isPermissionError(error.cause));
  }
}

/** Docker has had BuildKit since 18.09, whatever it prefers by default; podman and Windows engines have not. */
function builderOf({ headers }: Answer): Connection['builder'] {
  return headers['libpod-api-version'] === undefined && headers['ostype'] !== 'windows' ? 'buildkit' : 'classic';
}

/** The newest version that both sides know. */
function negotiate(address: string, answer: Answer): string {
  const offered = String(answer.headers['api-version'] ?? '');
  const minor = /^1\.(\d+)$/.exec(offered)?.[1];
  if (minor === undefined || Number(minor) < oldestApi) {
    throw new EngineError(
      `the engine at ${address} is too old: it speaks API ${offered === '' ? 'of no version' : offered}, dockerops needs 1.${String(oldestApi)} (Docker 20.10) or newer`,
      {
        code: 'ENGINE_TOO_OLD',
        suggestions: ['update the engine'],
      },
    );
  }
  return `1.${String(Math.min(Number(minor), newestTestedApi))}`;
}

const reasons: Readonly<Record<string, string>> = {
  ENOENT: 'not there',
  EACCES: 'no permission',
  EPERM: 'no permission',
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'unknown host',
};

function reasonOf(cause: unknown): string {
  const { code = '', syscall = '', message } = cause as NodeJS.ErrnoException;
  if (code === 'ENOENT' && syscall.startsWith('spawn')) return 'ssh is not installed';
  return reasons[code] ?? message;
}

function unreachable(attempts: readonly Attempt[], request: ConnectRequest): EngineUnreachable {
  const permission = attempts.some((one) => one.permission);
  const list = attempts.map(({ source, reason }) => `  ${source}: ${reason}`).join('\n');
  return new EngineUnreachable(
    `${permission ? 'no permission to use the Docker engine' : 'no Docker engine answers'}\n${list}`,
    {
      code: permission ? 'ENGINE_NO_PERMISSION' : 'ENGINE_UNREACHABLE',
      suggestions: permission ? ['sudo usermod -aG docker "$USER", then log in again'] : nextSteps(attempts, request),
    },
  );
}

function nextSteps(attempts: readonly Attempt[], request: ConnectRequest): readonly string[] {
  if (attempts.length === 1) return [`start that engine, or choose another one than ${attempts[0]?.source ?? 'this'}`];
  if (request.platform !== 'linux')
    return ['start Docker Desktop (or colima start)', 'install it: https://docs.docker.com/get-started/get-docker/'];
  const installed = (request.environment['PATH'] ?? '')
    .split(delimiter)
    .some((directory) => existsSync(join(directory, 'dockerd')));
  return installed
    ? ['sudo systemctl start docker']
    : ['install it: https://docs.docker.com/engine/install/ (on Debian and Ubuntu: sudo apt-get install docker.io)'];
}
