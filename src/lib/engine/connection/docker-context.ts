import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { parseEndpoint, type Endpoint, type TlsFiles } from './endpoint.ts';

/** What decides which engine is meant, besides flags. */
export interface ClientEnvironment {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

export interface DockerConfigFile {
  readonly currentContext?: string;
  readonly auths?: Readonly<
    Record<
      string,
      {
        readonly auth?: string;
        readonly username?: string;
        readonly password?: string;
        readonly identitytoken?: string;
      }
    >
  >;
  readonly credsStore?: string;
  readonly credHelpers?: Readonly<Record<string, string>>;
}

export function homeDirectory({ environment }: ClientEnvironment): string {
  return environment['HOME'] ?? environment['USERPROFILE'] ?? '/';
}

export function dockerConfigDirectory(client: ClientEnvironment): string {
  return client.environment['DOCKER_CONFIG'] ?? join(homeDirectory(client), '.docker');
}

/** The Docker CLI's config.json; empty when there is none. */
export function loadDockerConfig(client: ClientEnvironment): DockerConfigFile {
  return loadJson(join(dockerConfigDirectory(client), 'config.json')) ?? {};
}

/** Name of the context that `docker` would use; undefined for its default. */
export function findContextName(client: ClientEnvironment): string | undefined {
  const name = client.environment['DOCKER_CONTEXT'] ?? loadDockerConfig(client).currentContext ?? '';
  return name === '' || name === 'default' ? undefined : name;
}

interface ContextFile {
  readonly Endpoints?: { readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean } };
}

/** The engine that a context of the Docker CLI names. */
export function loadContext(
  name: string,
  client: ClientEnvironment,
): { readonly address: string; readonly endpoint: Endpoint } {
  const contexts = join(dockerConfigDirectory(client), 'contexts');
  const id = createHash('sha256').update(name).digest('hex');
  const file = loadJson(join(contexts, 'meta', id, 'meta.json')) as ContextFile | undefined;
  const endpoint = file?.Endpoints?.docker;
  if (endpoint?.Host === undefined) {
    throw new UserError(`docker context "${name}" does not exist`, {
      code: 'CONTEXT_MISSING',
      suggestions: ['docker context ls', 'docker context use default'],
    });
  }
  const tls = findTlsFiles(join(contexts, 'tls', id, 'docker'), endpoint.SkipTLSVerify !== true);
  return { address: endpoint.Host, endpoint: parseEndpoint(endpoint.Host, `docker context "${name}"`, tls) };
}

/** The certificates in a directory, as the Docker CLI names them; undefined when it holds none. */
export function findTlsFiles(directory: string, verify: boolean): TlsFiles | undefined {
  const found = Object.entries({ ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem' })
    .map(([kind, name]) => [kind, join(directory, name)] as const)
    .filter(([, path]) => existsSync(path));
  return found.length === 0 ? undefined : { ...Object.fromEntries(found), verify };
}

function loadJson(path: string): unknown {
  let text;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
  try {
    return JSON.parse(text) as unknown;
  } catch (cause) {
    throw new UserError(`${path} is not JSON`, { code: 'DOCKER_CONFIG_INVALID', cause });
  }
}
