import { join } from 'node:path';
import {
  dockerConfigDirectory,
  findContextName,
  findTlsFiles,
  homeDirectory,
  loadContext,
  type ClientEnvironment,
} from './docker-context.ts';
import { parseEndpoint, type Endpoint, type TlsFiles } from './endpoint.ts';

export interface ConnectRequest extends ClientEnvironment {
  /** Value of `--host`. */
  readonly host?: string;
  /** What names it, if that is something else than the flag: `host oak in hosts.conf`. */
  readonly hostSource?: string;
  /** Ends the connecting, and what is read before something is changed. */
  readonly signal?: AbortSignal;
}

/** One place where an engine may listen. */
export interface Candidate {
  /** What names it: `--host`, `DOCKER_HOST`, a Docker context, or the path of a socket. */
  readonly source: string;
  readonly address: string;
  readonly endpoint: Endpoint;
}

/** The engine that the user has chosen: with `--host`, DOCKER_HOST or a Docker context, in this order. */
export function chosenEngine(request: ConnectRequest): Candidate | undefined {
  return fromFlag(request) ?? fromVariable(request) ?? fromContext(request);
}

function fromFlag(request: ConnectRequest): Candidate | undefined {
  const { host, hostSource = '--host' } = request;
  return host === undefined ? undefined : candidate(hostSource, host, tlsFromEnvironment(request));
}

function fromVariable(request: ConnectRequest): Candidate | undefined {
  const host = request.environment['DOCKER_HOST'] ?? '';
  return host === '' ? undefined : candidate('DOCKER_HOST', host, tlsFromEnvironment(request));
}

function fromContext(request: ConnectRequest): Candidate | undefined {
  const name = findContextName(request);
  return name === undefined ? undefined : { source: `docker context "${name}"`, ...loadContext(name, request) };
}

function tlsFromEnvironment(request: ConnectRequest): TlsFiles | undefined {
  const { environment } = request;
  const verify = (environment['DOCKER_TLS_VERIFY'] ?? '') !== '';
  if (!verify && (environment['DOCKER_TLS'] ?? '') === '') return undefined;
  return findTlsFiles(environment['DOCKER_CERT_PATH'] ?? dockerConfigDirectory(request), verify) ?? { verify };
}

/** Where engines listen by default, Docker's before podman's. */
export function defaultEngines(request: ConnectRequest): readonly Candidate[] {
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

function candidate(source: string, address: string, tls?: TlsFiles): Candidate {
  return { source, address, endpoint: parseEndpoint(address, source, tls) };
}
