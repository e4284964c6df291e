import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { readBoundedText, whyUnread } from '../../bounded-file.ts';
import { UserError } from '../../errors.ts';
import { dockerConfig, isRecord, memberOf, type DockerConfigFile } from './docker-config.ts';
import { parseJson } from '../../json.ts';
import { parseEndpoint, type Endpoint, type TlsFiles } from './endpoint.ts';

/** What decides which engine is meant, besides flags. */
export interface ClientEnvironment {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
}

export function homeDirectory({ environment }: ClientEnvironment): string {
  return environment['HOME'] ?? environment['USERPROFILE'] ?? '/';
}

export function dockerConfigDirectory(client: ClientEnvironment): string {
  return client.environment['DOCKER_CONFIG'] ?? join(homeDirectory(client), '.docker');
}

/** The Docker CLI's config.json; empty when there is none, and when it cannot be read, as for the CLI itself. */
export function loadDockerConfig(client: ClientEnvironment): DockerConfigFile {
  return readConfig(client).config;
}

/** What is wrong with config.json: it stops nothing, but the engine and the logins that it names are not used. */
export function dockerConfigNotice(client: ClientEnvironment): string | undefined {
  const { path, reason } = readConfig(client);
  return reason === undefined ? undefined : `${path} ${reason}, so it is ignored: mend it, or remove it`;
}

interface ReadConfig {
  readonly config: DockerConfigFile;
  readonly path: string;
  readonly reason?: string;
}

function readConfig(client: ClientEnvironment): ReadConfig {
  const path = join(dockerConfigDirectory(client), 'config.json');
  if (!existsSync(path)) return { config: {}, path };
  try {
    const text = readBoundedText(path).replace(/^\uFEFF/, '');
    const value: unknown = text.trim() === '' ? {} : parseJson(text);
    return isRecord(value) ? { config: dockerConfig(value), path } : { config: {}, path, reason: 'is no JSON object' };
  } catch (error) {
    const reason = error instanceof SyntaxError ? 'is not JSON' : `cannot be read: ${whyUnread(error)}`;
    return { config: {}, path, reason };
  }
}

/** Name of the context that `docker` would use; undefined for its default. */
export function findContextName(client: ClientEnvironment): string | undefined {
  const name = client.environment['DOCKER_CONTEXT'] ?? loadDockerConfig(client).currentContext ?? '';
  return name === '' || name === 'default' ? undefined : name;
}

/** The engine that a context of the Docker CLI names. */
export function loadContext(
  name: string,
  client: ClientEnvironment,
): { readonly address: string; readonly endpoint: Endpoint } {
  const contexts = join(dockerConfigDirectory(client), 'contexts');
  const id = createHash('sha256').update(name).digest('hex');
  const endpoint = memberOf(memberOf(loadJson(join(contexts, 'meta', id, 'meta.json')), 'Endpoints'), 'docker');
  const address = memberOf(endpoint, 'Host');
  if (typeof address !== 'string') {
    throw new UserError(`docker context "${name}" does not exist`, {
      code: 'CONTEXT_MISSING',
      suggestions: ['docker context ls', 'docker context use default'],
    });
  }
  const tls = findTlsFiles(join(contexts, 'tls', id, 'docker'), memberOf(endpoint, 'SkipTLSVerify') !== true);
  return { address, endpoint: parseEndpoint(address, `docker context "${name}"`, tls) };
}

/** The certificates in a directory, as the Docker CLI names them; undefined when it holds none. */
export function findTlsFiles(directory: string, verify: boolean): TlsFiles | undefined {
  const found = Object.entries({ ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem' })
    .map(([kind, name]) => [kind, join(directory, name)] as const)
    .filter(([, path]) => existsSync(path));
  return found.length === 0 ? undefined : { ...Object.fromEntries(found), verify };
}

function loadJson(path: string): unknown {
  if (!existsSync(path)) return undefined;
  let text;
  try {
    text = readBoundedText(path);
  } catch (cause) {
    throw new UserError(`${path} cannot be read: ${whyUnread(cause)}`, { code: 'DOCKER_CONFIG_INVALID', cause });
  }
  try {
    return parseJson(text);
  } catch (cause) {
    throw new UserError(`${path} is not JSON`, { code: 'DOCKER_CONFIG_INVALID', cause });
  }
}
