import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EtcdHttp, type EtcdAccess } from '../../src/lib/directories/etcd/http.ts';
import { rangeOf } from '../../src/lib/directories/etcd/wire.ts';
import { HttpClient, type ServerAddress } from '../../src/lib/directories/http-client.ts';
import { eventually } from './eventually.ts';
import { findProgram, freePorts, ProgramProcess } from './program-process.ts';

export const etcdVersions = ['3.4', '3.5'] as const;

export interface EtcdOptions {
  readonly members?: number;
  /** Names of files; the client ports then use TLS and require a client certificate of that CA. */
  readonly tls?: { readonly ca: string; readonly cert: string; readonly key: string };
  readonly words?: readonly string[];
}

export function findEtcd(version: (typeof etcdVersions)[number]): string | undefined {
  return findProgram(`etcd-${version}`, 'etcd', 'etcd.mjs');
}

/** A cluster on free ports of 127.0.0.1 with its data in a temporary directory. */
export async function startEtcd(program: string, options: EtcdOptions = {}): Promise<TestEtcd> {
  const { members = 1 } = options;
  const directory = await mkdtemp(join(tmpdir(), 'dops-test-etcd-'));
  const etcd = new TestEtcd(program, directory, await freePorts(2 * members), options);
  await etcd.start();
  return etcd;
}

export class TestEtcd implements AsyncDisposable {
  readonly #directory: string;
  readonly #members: readonly Member[];
  readonly #tls: EtcdOptions['tls'];

  constructor(program: string, directory: string, ports: readonly number[], { tls, words = [] }: EtcdOptions) {
    this.#directory = directory;
    this.#tls = tls;
    const peers = ports.filter((_, index) => index % 2 === 1);
    const cluster = peers.map((port, index) => `m${String(index)}=http://127.0.0.1:${String(port)}`).join(',');
    this.#members = peers.map((peer, index) => {
      const name = `m${String(index)}`;
      const client = ports[2 * index]!;
      const data = join(directory, name);
      const own = [...memberWords({ name, client, peer, data, cluster, secure: tls !== undefined }), ...tlsWords(tls)];
      return { client, data, process: new ProgramProcess(program, [...own, ...words], `${data}.log`) };
    });
  }

  /** All members in one access. */
  get access(): EtcdAccess {
    return { endpoints: this.#members.map((_, index) => this.endpoint(index)), ...this.#tlsAccess() };
  }

  endpoint(index: number): ServerAddress {
    return { secure: this.#tls !== undefined, host: '127.0.0.1', port: this.#members[index]!.client };
  }

  /** The access of one member. */
  accessOf(index: number): EtcdAccess {
    return { ...this.access, endpoints: [this.endpoint(index)] };
  }

  /** Starts what does not run, and returns when every member answers. Addresses and data are as before. */
  async start(): Promise<void> {
    for (const { process } of this.#members) if (!process.isRunning) process.start();
    await Promise.all(this.#members.map((_, index) => this.#answers(index)));
  }

  /** kill -9 */
  async kill(members: readonly number[] = [...this.#members.keys()]): Promise<void> {
    await Promise.all(members.map((index) => this.#members[index]!.process.kill()));
  }

  /** Stops and continues a member, which then neither answers nor ends its connections. */
  freeze(index: number, isFrozen: boolean): void {
    this.#members[index]!.process.signal(isFrozen ? 'SIGSTOP' : 'SIGCONT');
  }

  /** While it does not run. */
  async wipe(): Promise<void> {
    for (const { data } of this.#members) await rm(data, { recursive: true });
  }

  /** Which member leads the cluster. */
  async leader(): Promise<number> {
    const statuses = await Promise.all(this.#members.map((_, index) => this.#status(index)));
    return statuses.findIndex(({ leader, header }) => leader === header.member_id);
  }

  async compact(revision: bigint): Promise<void> {
    await this.#call('kv/compaction', { revision: String(revision), physical: true });
  }

  /**
   * The root user has the password `root`; `user` may read and write below a prefix, and only read below another, with
   * the password `secret`.
   */
  async enableLogins(prefix: string, readOnly?: string): Promise<void> {
    const permission = { permType: 'READWRITE', ...rangeOf(prefix) };
    const read = readOnly === undefined ? [] : [{ permType: 'READ', ...rangeOf(readOnly) }];
    for (const [path, body] of [
      ['user/add', { name: 'root', password: 'root' }],
      ['role/add', { name: 'root' }],
      ['user/grant', { user: 'root', role: 'root' }],
      ['user/add', { name: 'user', password: 'secret' }],
      ['role/add', { name: 'part' }],
      ...[permission, ...read].map((perm) => ['role/grant', { name: 'part', perm }] as const),
      ['user/grant', { user: 'user', role: 'part' }],
      ['enable', {}],
    ] as const)
      await this.#call(`auth/${path}`, body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await rm(this.#directory, { recursive: true });
  }

  async #answers(index: number): Promise<void> {
    const { process } = this.#members[index]!;
    using client = new HttpClient(this.endpoint(index), this.access.tls);
    const request = { method: 'GET', path: '/health', limitMs: 1000 };
    await eventually(async () => {
      process.assertRunning();
      const { text } = await client.send(request).catch(() => ({ text: 'no answer' }));
      if (!text.includes('"true"')) process.assertRunning(text);
    });
  }

  async #status(index: number): Promise<{ readonly leader?: string; readonly header: { readonly member_id: string } }> {
    using http = new EtcdHttp(this.accessOf(index));
    return await http.call({ step: 'status', path: 'maintenance/status', body: {}, isRepeatable: true });
  }

  async #call(path: string, body: object): Promise<void> {
    using http = new EtcdHttp(this.access);
    await http.call({ step: path, path, body, isRepeatable: false });
  }

  #tlsAccess(): Pick<EtcdAccess, 'tls'> {
    if (this.#tls === undefined) return {};
    const { ca, cert, key } = this.#tls;
    return { tls: { ca: readFileSync(ca, 'utf8'), cert: readFileSync(cert, 'utf8'), key: readFileSync(key, 'utf8') } };
  }
}

interface Member {
  readonly client: number;
  readonly data: string;
  readonly process: ProgramProcess;
}

interface MemberSettings {
  readonly name: string;
  readonly client: number;
  readonly peer: number;
  readonly data: string;
  readonly cluster: string;
  readonly secure: boolean;
}

function memberWords({ name, client, peer, data, cluster, secure }: MemberSettings): readonly string[] {
  const clientUrl = `${secure ? 'https' : 'http'}://127.0.0.1:${String(client)}`;
  const peerUrl = `http://127.0.0.1:${String(peer)}`;
  const settings = {
    name,
    'data-dir': data,
    'listen-client-urls': clientUrl,
    'advertise-client-urls': clientUrl,
    'listen-peer-urls': peerUrl,
    'initial-advertise-peer-urls': peerUrl,
    'initial-cluster': cluster,
    // So that tests of a change of leader take seconds.
    'heartbeat-interval': '50',
    'election-timeout': '500',
  };
  return Object.entries(settings).flatMap(([key, value]) => [`--${key}`, value]);
}

function tlsWords(tls: EtcdOptions['tls']): readonly string[] {
  return tls === undefined
    ? []
    : ['--trusted-ca-file', tls.ca, '--cert-file', tls.cert, '--key-file', tls.key, '--client-cert-auth'];
}
