import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { DockeropsError, EngineError, Interrupted } from '../../errors.ts';
import { loadDockerConfig, type DockerConfigFile, type ClientEnvironment } from './docker-context.ts';
import { hasCode } from '../engine-errors.ts';

/** As the engine takes it in its headers. */
export interface RegistryLogin {
  readonly username?: string;
  readonly password?: string;
  readonly identitytoken?: string;
  readonly serveraddress: string;
}

/** Docker Hub's name in config.json. */
const hub = 'https://index.docker.io/v1/';

/** A helper may ask a daemon of its own, but nobody who would have to type. */
const helperLimitMs = 30_000;

interface Asking {
  readonly client: ClientEnvironment;
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
}

/**
 * The logins that `docker login` keeps: in config.json, or with the credential helpers that it names. Read when asked for,
 * nothing is kept.
 */
export class RegistryCredentials {
  readonly #client: ClientEnvironment;
  readonly #limitMs: number;

  constructor(client: ClientEnvironment, limitMs = helperLimitMs) {
    this.#client = client;
    this.#limitMs = limitMs;
  }

  /** The login for the registry of an image. */
  async find(reference: string, signal?: AbortSignal): Promise<RegistryLogin | undefined> {
    return this.#login(loadDockerConfig(this.#client), registryOf(reference), this.#asking(signal));
  }

  /** Every login that is kept, by registry. */
  async all(
    signal?: AbortSignal,
  ): Promise<Readonly<Record<string, RegistryLogin & { readonly username: string; readonly password: string }>>> {
    const config = loadDockerConfig(this.#client);
    const asking = this.#asking(signal);
    const stored =
      config.credsStore === undefined
        ? {}
        : await runHelper<Readonly<Record<string, string>>>(config.credsStore, 'list', '', asking);
    const registries = new Set([
      ...Object.keys(config.auths ?? {}),
      ...Object.keys(config.credHelpers ?? {}),
      ...Object.keys(stored ?? {}),
    ]);
    const found = await Promise.all(
      [...registries].map(async (registry) => [registry, await this.#login(config, registry, asking)] as const),
    );
    return Object.fromEntries(
      found.flatMap(([registry, login]) =>
        login === undefined ? [] : [[registry, { username: '', password: '', ...login }]],
      ),
    );
  }

  #asking(signal: AbortSignal | undefined): Asking {
    return { client: this.#client, limitMs: this.#limitMs, signal };
  }

  async #login(config: DockerConfigFile, registry: string, asking: Asking): Promise<RegistryLogin | undefined> {
    const helper = config.credHelpers?.[registry] ?? config.credsStore;
    return helper === undefined ? fromFile(config, registry) : fromHelper(helper, registry, asking);
  }
}

/** `host/a/b` has its registry in front when the first part looks like a host; everything else is Docker Hub's. */
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

function hostOf(name: string): string {
  return name.replace(/^https?:\/\//, '').split('/')[0] ?? '';
}

async function fromHelper(helper: string, registry: string, asking: Asking): Promise<RegistryLogin | undefined> {
  const answer = await runHelper<{ readonly Username: string; readonly Secret: string }>(
    helper,
    'get',
    registry,
    asking,
  );
  if (answer === undefined) return undefined;
  if (answer.Username === '<token>') return { identitytoken: answer.Secret, serveraddress: registry };
  return { username: answer.Username, password: answer.Secret, serveraddress: registry };
}

/** A helper that has nothing for the registry says so by its exit; one that cannot be run, or does not end, is an error. */
async function runHelper<T>(
  helper: string,
  verb: 'get' | 'list',
  input: string,
  { client: { environment }, limitMs, signal }: Asking,
): Promise<T | undefined> {
  const program = `docker-credential-${helper}`;
  const child = spawn(program, [verb], { stdio: ['pipe', 'pipe', 'pipe'], env: environment });
  const { promise: status, resolve, reject } = Promise.withResolvers<number | null>();
  let complaint = '';
  child.stderr.setEncoding('utf8').on('data', (said: string) => {
    complaint = (complaint + said).slice(-2000);
  });
  child.on('error', reject).on('close', resolve);
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const fail = (reason: string, cause?: unknown): EngineError =>
    new EngineError(
      [`${program} ${reason}`, ...complaint.split('\n').filter((line) => line.trim() !== '')].join('\n  '),
      { code: 'CREDENTIAL_HELPER_FAILED', cause },
    );
  const timer = setTimeout(() => {
    reject(fail(`did not answer within ${String(limitMs / 1000)} s`));
  }, limitMs);
  const interrupt = (): void => {
    reject(new Interrupted(`${program}: interrupted`));
  };
  signal?.addEventListener('abort', interrupt);
  if (signal?.aborted === true) interrupt();
  try {
    const [output, code] = await Promise.all([text(child.stdout), status]);
    return code === 0 ? (JSON.parse(output) as T) : undefined;
  } catch (cause) {
    if (cause instanceof DockeropsError) throw cause;
    throw fail(
      hasCode(cause, ['ENOENT']) ? 'is not installed, but config.json of Docker names it' : 'gave no usable answer',
      cause,
    );
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener('abort', interrupt);
    end(child);
  }
}

/** Also for a child of its own that holds the streams. */
function end(child: ChildProcessWithoutNullStreams): void {
  child.kill('SIGKILL');
  for (const stream of [child.stdout, child.stderr]) stream.destroy();
}
