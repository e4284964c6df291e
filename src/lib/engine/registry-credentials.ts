import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { EngineError } from '../errors.ts';
import { loadDockerConfig, type DockerConfigFile, type Surroundings } from './docker-context.ts';
import { hasCode } from './engine-errors.ts';

/** As the engine takes it in its headers. */
export interface RegistryLogin {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly serveraddress: string;
}

/** Docker Hub's name in config.json. */
const hub = 'https://index.docker.io/v1/';

/**
 * The logins that `docker login` keeps: in config.json, or with the credential helpers that it names. Read when asked for,
 * nothing is kept.
 */
export class RegistryCredentials {
  readonly #surroundings: Surroundings;

  constructor(surroundings: Surroundings) {
    this.#surroundings = surroundings;
  }

  /** The login for the registry of an image. */
  async find(reference: string): Promise<RegistryLogin | undefined> {
    return this.#login(loadDockerConfig(this.#surroundings), registryOf(reference));
  }

  /** Every login that is kept, by registry. */
  async all(): Promise<Readonly<Record<string, RegistryLogin & { readonly username: string; readonly password: string }>>> {
    const config = loadDockerConfig(this.#surroundings);
    const stored = config.credsStore === undefined ? {} : await runHelper<Readonly<Record<string, string>>>(config.credsStore, 'list', '', this.#surroundings);
    const registries = new Set([...Object.keys(config.auths ?? {}), ...Object.keys(config.credHelpers ?? {}), ...Object.keys(stored ?? {})]);
    const found = await Promise.all([...registries].map(async (registry) => [registry, await this.#login(config, registry)] as const));
    return Object.fromEntries(found.flatMap(([registry, login]) => (login === undefined ? [] : [[registry, { username: '', password: '', ...login }]])));
  }

  async #login(config: DockerConfigFile, registry: string): Promise<RegistryLogin | undefined> {
    const helper = config.credHelpers?.[registry] ?? config.credsStore;
    return helper === undefined ? fromFile(config, registry) : fromHelper(helper, registry, this.#surroundings);
  }
}

/** `host/a/b` has its registry in front when the first part looks like a host; everything else is Docker Hub's. */
export function registryOf(reference: string): string {
  const [first = '', ...rest] = reference.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first === 'localhost');
  return isHost && first !== 'docker.io' && first !== 'index.docker.io' ? first : hub;
}

function fromFile(config: DockerConfigFile, registry: string): RegistryLogin | undefined {
  const entry = Object.entries(config.auths ?? {}).find(([name]) => name === registry || hostOf(name) === registry)?.[1];
  if (entry === undefined) return undefined;
  if (entry.identitytoken !== undefined && entry.identitytoken !== '') return { identitytoken: entry.identitytoken, serveraddress: registry };
  const decoded = Buffer.from(entry.auth ?? '', 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  const username = entry.username ?? decoded.slice(0, Math.max(colon, 0));
  return username === '' ? undefined : { username, password: entry.password ?? decoded.slice(colon + 1), serveraddress: registry };
}

function hostOf(name: string): string {
  return name.replace(/^https?:\/\//, '').split('/')[0] ?? '';
}

async function fromHelper(helper: string, registry: string, surroundings: Surroundings): Promise<RegistryLogin | undefined> {
  const answer = await runHelper<{ readonly Username: string; readonly Secret: string }>(helper, 'get', registry, surroundings);
  if (answer === undefined) return undefined;
  if (answer.Username === '<token>') return { identitytoken: answer.Secret, serveraddress: registry };
  return { username: answer.Username, password: answer.Secret, serveraddress: registry };
}

/** A helper that has nothing for the registry says so by its exit; one that cannot be run is an error. */
async function runHelper<T>(helper: string, verb: 'get' | 'list', input: string, { environment }: Surroundings): Promise<T | undefined> {
  const program = `docker-credential-${helper}`;
  const child = spawn(program, [verb], { stdio: ['pipe', 'pipe', 'ignore'], env: environment });
  const { promise: status, resolve, reject } = Promise.withResolvers<number | null>();
  child.on('error', reject).on('close', resolve);
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  try {
    const [output, code] = await Promise.all([text(child.stdout), status]);
    return code === 0 ? (JSON.parse(output) as T) : undefined;
  } catch (cause) {
    const reason = hasCode(cause, ['ENOENT']) ? 'is not installed, but config.json of Docker names it' : 'gave no usable answer';
    throw new EngineError(`${program} ${reason}`, { code: 'CREDENTIAL_HELPER_FAILED', cause });
  }
}
