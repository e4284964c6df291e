import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findLeader } from '../../src/lib/directories/consul/agent.ts';
import { ConsulHttp, type ConsulAccess } from '../../src/lib/directories/consul/http.ts';
import { cacheDirectory } from '../../src/lib/cache-directory.ts';
import { eventually } from './eventually.ts';

export interface ConsulOptions {
  /** Nothing is permitted without a token, and everything with `manager`. */
  readonly acl?: boolean;
  /** Names of files; the port then uses TLS and requires a client certificate of that CA. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
}

export interface TestConsul extends AsyncDisposable {
  /** Without a token, except with `acl`: the manager's. */
  readonly access: ConsulAccess;
  /** `127.0.0.1:41234` */
  readonly address: string;
  /** Returns when it has a leader. Address and data are as before. */
  start(): Promise<void>;
  /** kill -9 */
  kill(): Promise<void>;
  /** While it does not run. */
  wipe(): Promise<void>;
  /** A token with the permissions of the rules. */
  createToken(rules: string): Promise<string>;
}

const manager = '11111111-2222-3333-4444-555555555555';

/** From the cache, where `npm test` puts it on Debian, else from PATH. Undefined, with the reason printed: skip. */
export function findConsul(): string | undefined {
  const cache = cacheDirectory({ environment: process.env, homeDirectory: homedir() });
  const found = [...(cache === undefined ? [] : [cache]), ...(process.env['PATH'] ?? '').split(delimiter)]
    .map((directory) => join(directory, 'consul'))
    .find((path) => existsSync(path));
  if (found === undefined && process.env['DOCKEROPS_REQUIRE_ENGINE'] === '1')
    throw new Error('these tests need Consul: node scripts/consul.mjs fetches it on Debian');
  if (found === undefined) console.log('    skipped: no `consul` here (node scripts/consul.mjs fetches it on Debian)');
  return found;
}

/** A server on free ports of 127.0.0.1 with its data in a temporary directory. */
export async function startConsul(program: string, options: ConsulOptions = {}): Promise<TestConsul> {
  const directory = await mkdtemp(join(tmpdir(), 'dops-test-consul-'));
  const ports = await freePorts(4);
  const config = join(directory, 'config.json');
  await writeFile(config, JSON.stringify(configuration(join(directory, 'data'), ports, options)));
  const consul = new Agent(program, directory, config, {
    secure: options.tls !== undefined,
    host: '127.0.0.1',
    port: ports[0]!,
    ...(options.acl === true ? { token: manager } : {}),
    ...certificates(options),
  });
  await consul.start();
  return consul;
}

class Agent implements TestConsul {
  readonly access: ConsulAccess;
  readonly #program: string;
  readonly #directory: string;
  readonly #config: string;
  #process: ChildProcess | undefined;

  constructor(program: string, directory: string, config: string, access: ConsulAccess) {
    this.#program = program;
    this.#directory = directory;
    this.#config = config;
    this.access = access;
  }

  get address(): string {
    return `${this.access.host}:${String(this.access.port)}`;
  }

  async start(): Promise<void> {
    const log = join(this.#directory, 'log');
    const output = openSync(log, 'a');
    const child = spawn(this.#program, ['agent', '-config-file', this.#config], { stdio: ['ignore', output, output] });
    const stop = (): void => {
      child.kill('SIGKILL');
    };
    process.once('exit', stop);
    child.once('exit', () => process.off('exit', stop));
    this.#process = child;
    using http = new ConsulHttp(this.access);
    await eventually(async () => {
      if (child.exitCode !== null) throw new Error(`consul ended: ${readFileSync(log, 'utf8')}`);
      if ((await findLeader(http)) === undefined) throw new Error(`consul has no leader: ${readFileSync(log, 'utf8')}`);
    });
  }

  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  wipe(): Promise<void> {
    return rm(join(this.#directory, 'data'), { recursive: true });
  }

  async createToken(rules: string): Promise<string> {
    using http = new ConsulHttp(this.access);
    const name = `test-${crypto.randomUUID()}`;
    await http.ask({ step: 'policy', method: 'PUT', path: '/acl/policy', body: { Name: name, Rules: rules } });
    return (
      await http.askJson<{ readonly SecretID: string }>({
        step: 'token',
        method: 'PUT',
        path: '/acl/token',
        body: { Policies: [{ Name: name }] },
      })
    ).SecretID;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true });
  }
}

function configuration(data: string, [port, server, lan, wan]: readonly number[], { acl, tls }: ConsulOptions): object {
  const ports = {
    http: tls === undefined ? port : -1,
    https: tls === undefined ? -1 : port,
    dns: -1,
    grpc: -1,
    server,
    serf_lan: lan,
    serf_wan: wan,
  };
  return {
    ports,
    data_dir: data,
    node_name: 'test-node',
    bind_addr: '127.0.0.1',
    client_addr: '127.0.0.1',
    server: true,
    bootstrap: true,
    disable_update_check: true,
    log_level: 'warn',
    // So that tests of expiry take seconds.
    session_ttl_min: '1s',
    performance: { raft_multiplier: 1 },
    leave_on_terminate: false,
    ...(acl === true
      ? { acl: { enabled: true, default_policy: 'deny', tokens: { master: manager, agent: manager } } }
      : {}),
    ...(tls === undefined
      ? {}
      : { ca_file: tls.ca, cert_file: tls.cert, key_file: tls.key, verify_incoming_https: true }),
  };
}

function certificates({ tls }: ConsulOptions): Partial<ConsulAccess> {
  if (tls === undefined) return {};
  return { ca: readFileSync(tls.ca, 'utf8'), cert: readFileSync(tls.cert, 'utf8'), key: readFileSync(tls.key, 'utf8') };
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { readonly port: number }).port);
  await Promise.all(
    servers.map(
      (server) =>
        new Promise((resolve) => {
          server.close(resolve);
        }),
    ),
  );
  return ports;
}
