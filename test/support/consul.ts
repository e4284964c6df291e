import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findLeader } from '../../src/lib/directories/consul/agent.ts';
import { ConsulHttp, type ConsulAccess } from '../../src/lib/directories/consul/http.ts';
import { eventually } from './eventually.ts';
import { findProgram, freePorts, ProgramProcess } from './program-process.ts';

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

export function findConsul(): string | undefined {
  return findProgram('consul', 'consul', 'consul.mjs');
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
  readonly #directory: string;
  readonly #process: ProgramProcess;

  constructor(program: string, directory: string, config: string, access: ConsulAccess) {
    this.#directory = directory;
    this.#process = new ProgramProcess(program, ['agent', '-config-file', config], join(directory, 'log'));
    this.access = access;
  }

  get address(): string {
    return `${this.access.host}:${String(this.access.port)}`;
  }

  async start(): Promise<void> {
    this.#process.start();
    using http = new ConsulHttp(this.access);
    await eventually(async () => {
      this.#process.assertRunning();
      if ((await findLeader(http)) === undefined) this.#process.assertRunning('consul has no leader');
    });
  }

  kill(): Promise<void> {
    return this.#process.kill();
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
