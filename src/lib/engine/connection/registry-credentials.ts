import { askHelper, type HelperOptions } from './credential-helper.ts';
import { isRecord, memberOf, type DockerConfigFile } from './docker-config.ts';
import { loadDockerConfig, type ClientEnvironment } from './docker-context.ts';

/** As the engine expects it, in its headers. */
export interface RegistryLogin {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly serveraddress: string;
}

/** Docker Hub's name in config.json. */
const hub = 'https://index.docker.io/v1/';

/** Enough for a helper that asks a daemon of its own; not for one that waits for somebody to type. */
const helperLimitMs = 30_000;

/** The logins of `docker login`: in config.json, or in the credential helpers that it names. Read anew at each call. */
export class RegistryCredentials {
  readonly #client: ClientEnvironment;
  readonly #limitMs: number;

  constructor(client: ClientEnvironment, limitMs = helperLimitMs) {
    this.#client = client;
    this.#limitMs = limitMs;
  }

  /** For the registry of an image; undefined when there is none. */
  async find(reference: string, signal?: AbortSignal): Promise<RegistryLogin | undefined> {
    return this.#login(loadDockerConfig(this.#client), registryOf(reference), this.#helperOptions(signal));
  }

  /** All of them, by registry. */
  async all(
    signal?: AbortSignal,
  ): Promise<Readonly<Record<string, RegistryLogin & { readonly username: string; readonly password: string }>>> {
    const config = loadDockerConfig(this.#client);
    const options = this.#helperOptions(signal);
    const stored = config.credsStore === undefined ? {} : await askHelper(config.credsStore, 'list', '', options);
    const registries = new Set([
      ...Object.keys(config.auths ?? {}),
      ...Object.keys(config.credHelpers ?? {}),
      ...(isRecord(stored) ? Object.keys(stored) : []),
    ]);
    const found = await Promise.all(
      [...registries].map(async (registry) => [registry, await this.#login(config, registry, options)] as const),
    );
    return Object.fromEntries(
      found.flatMap(([registry, login]) =>
        login === undefined ? [] : [[registry, { username: '', password: '', ...login }]],
      ),
    );
  }

  #helperOptions(signal: AbortSignal | undefined): HelperOptions {
    return { environment: this.#client.environment, limitMs: this.#limitMs, signal };
  }

  async #login(config: DockerConfigFile, registry: string, options: HelperOptions): Promise<RegistryLogin | undefined> {
    const helper = ownValue(config.credHelpers, registry) ?? config.credsStore;
    return helper === undefined ? fromFile(config, registry) : fromHelper(helper, registry, options);
  }
}

/** The registry of a reference: its first part when that looks like a host, else Docker Hub. */
export function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return isHost && first !== 'docker.io' && first !== 'index.docker.io' ? first : hub;
}

function fromFile(config: DockerConfigFile, registry: string): RegistryLogin | undefined {
  const entry = Object.entries(config.auths ?? {}).find(
    ([name]) => name === registry || hostOf(name) === registry,
  )?.[1];
  if (entry === undefined) return undefined;
  if (entry.identitytoken !== undefined && entry.identitytoken !== '')
    return { identitytoken: entry.identitytoken, serveraddress: registry };
  const decoded = Buffer.from(entry.auth ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  const username = entry.username ?? decoded.slice(0, Math.max(colon, 0));
  return username === ''
    ? undefined
    : { username, password: entry.password ?? decoded.slice(colon + 1), serveraddress: registry };
}

function ownValue<T>(values: Readonly<Record<string, T>> | undefined, name: string): T | undefined {
  return values !== undefined && Object.hasOwn(values, name) ? values[name] : undefined;
}

function hostOf(name: string): string {
  return name.replace(/^https?:\/\//, '').split('/')[0] ?? '';
}

async function fromHelper(
  helper: string,
  registry: string,
  options: HelperOptions,
): Promise<RegistryLogin | undefined> {
  const answer = await askHelper(helper, 'get', registry, options);
  const [username, password] = [memberOf(answer, 'Username'), memberOf(answer, 'Secret')];
  if (typeof username !== 'string' || typeof password !== 'string') return undefined;
  if (username === '<token>') return { identitytoken: password, serveraddress: registry };
  return { username, password, serveraddress: registry };
}
