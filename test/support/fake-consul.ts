import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import type { ConsulAccess } from '../../src/lib/directories/consul/http.ts';

interface Key {
  readonly value: string;
  readonly created: number;
  readonly modified: number;
  readonly session?: string;
}
interface Session {
  readonly ttlMs: number;
  readonly delayMs: number;
  timer: NodeJS.Timeout;
}
interface Call {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: string;
  readonly gone: AbortSignal;
}
interface Reply {
  readonly status?: number;
  readonly body?: unknown;
  readonly index?: number;
}

/** As much of an agent as the contract suite checks on the real one: keys, blocking queries, sessions, services. */
export class FakeConsul implements AsyncDisposable {
  access: ConsulAccess = { secure: false, host: '127.0.0.1', port: 0 };
  /** The requests so far, as `GET /kv/a?recurse=true`. */
  readonly asked: string[] = [];
  #server: Server | undefined;
  #index = 10;
  #keys = new Map<string, Key>();
  #changes = new Map<string, number>();
  #sessions = new Map<string, Session>();
  #delayed = new Map<string, number>();
  #services = new Map<string, Readonly<Record<string, unknown>>>();
  #checks = new Map<string, { readonly status: string; readonly output: string }>();
  #news = Promise.withResolvers<void>();

  async start(): Promise<void> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.listen(this.access.port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.access = { ...this.access, port: (this.#server.address() as { readonly port: number }).port };
  }

  async kill(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  async wipe(): Promise<void> {
    for (const { timer } of this.#sessions.values()) clearTimeout(timer);
    for (const held of [this.#keys, this.#changes, this.#sessions, this.#delayed, this.#services, this.#checks])
      held.clear();
    this.#index = 5;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.wipe();
    await this.kill();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.asked.push(`${request.method ?? ''} ${(request.url ?? '').replace('/v1', '')}`);
    const url = new URL(request.url ?? '', 'http://fake');
    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const call = {
      method: request.method ?? '',
      path: decodeURIComponent(url.pathname.replace('/v1/', '')),
      query: url.searchParams,
      body: await text(request),
      gone: gone.signal,
    };
    const { status = 200, body = '', index } = await this.#reply(call);
    response
      .writeHead(status, index === undefined ? {} : { 'X-Consul-Index': String(index) })
      .end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  async #reply(call: Call): Promise<Reply> {
    const [noun, ...rest] = call.path.split('/');
    const name = rest.join('/');
    if (noun === 'kv')
      return call.method === 'GET'
        ? this.#read(name, call)
        : call.method === 'PUT'
          ? this.#write(name, call)
          : { body: this.#remove(name) };
    if (noun === 'status') return { body: '"127.0.0.1:8300"' };
    return noun === 'session' ? this.#session(name, call) : this.#agent(name, call);
  }

  #agent(name: string, call: Call): Reply {
    const after = (prefix: string): string => name.slice(prefix.length);
    if (name === 'self')
      return {
        body: { Config: { NodeName: 'test-node', Datacenter: 'dc1', Version: 'fake' }, Member: { Addr: '127.0.0.1' } },
      };
    if (name === 'services') return { body: Object.fromEntries(this.#services) };
    if (name === 'checks')
      return {
        body: Object.fromEntries(
          [...this.#checks].map(([id, { status, output }]) => [
            id,
            { CheckID: id, ServiceID: id.replace(/:\d+$/, ''), Status: status, Output: output },
          ]),
        ),
      };
    if (name === 'service/register') return this.#register(JSON.parse(call.body) as Readonly<Record<string, unknown>>);
    if (name.startsWith('service/deregister/')) return this.#deregister(after('service/deregister/'));
    if (name.startsWith('check/update/')) return this.#tellCheck(after('check/update/'), call.body);
    return { status: 404 };
  }

  #session(name: string, call: Call): Reply {
    const [, id = ''] = name.split('/');
    if (name === 'create')
      return {
        body: {
          ID: this.#createSession(JSON.parse(call.body) as { readonly TTL: string; readonly LockDelay: string }),
        },
      };
    if (name.startsWith('renew/')) return this.#renew(id);
    return this.#endSession(id);
  }

  async #read(key: string, { query, gone }: Call): Promise<Reply> {
    const found = (): readonly string[] =>
      [...this.#keys.keys()].filter((one) => (query.has('recurse') ? one.startsWith(key) : one === key)).sort();
    const index = (): number =>
      Math.max(1, ...[...this.#changes].filter(([one]) => one.startsWith(key)).map(([, at]) => at));
    const end = performance.now() + Number.parseInt(query.get('wait') ?? '0', 10);
    while (query.has('index') && index() <= Number(query.get('index')) && performance.now() < end && !gone.aborted) {
      const over = new AbortController();
      await Promise.race([
        this.#news.promise,
        delay(end - performance.now(), undefined, { signal: AbortSignal.any([gone, over.signal]) }).catch(() => {}),
      ]);
      over.abort();
    }
    const names = found();
    return names.length === 0
      ? { status: 404, index: index() }
      : { body: names.map((one) => raw(one, this.#keys.get(one)!)), index: index() };
  }

  #write(name: string, { query, body }: Call): Reply {
    const old = this.#keys.get(name);
    const [acquire, release] = [query.get('acquire'), query.get('release')];
    if (acquire !== null && !this.#sessions.has(acquire)) return { status: 500, body: `invalid session "${acquire}"` };
    if (
      acquire !== null &&
      (performance.now() < (this.#delayed.get(name) ?? 0) || ![undefined, acquire].includes(old?.session))
    )
      return { body: false };
    if (release !== null && old?.session !== release) return { body: false };
    const session = release === null ? (acquire ?? old?.session) : undefined;
    this.#set(name, { value: body, ...(session === undefined ? {} : { session }) });
    return { body: true };
  }

  #set(name: string, key: Pick<Key, 'value' | 'session'>): void {
    const at = this.#changed(name);
    this.#keys.set(name, { ...key, created: this.#keys.get(name)?.created ?? at, modified: at });
  }

  #remove(name: string): boolean {
    if (this.#keys.delete(name)) this.#changed(name);
    return true;
  }

  #changed(name: string): number {
    this.#index += 1;
    this.#changes.set(name, this.#index);
    const { resolve } = this.#news;
    this.#news = Promise.withResolvers();
    resolve();
    return this.#index;
  }

  #register(service: Readonly<Record<string, unknown>>): Reply {
    const { ID, Name, Tags, Address = '', Port, Meta, Checks = [] } = service;
    if (Name === '') return { status: 400, body: 'Missing service name' };
    this.#services.set(String(ID), { ID, Service: Name, Tags, Address, Port, Meta });
    for (const { CheckID } of Checks as readonly { readonly CheckID: string }[])
      this.#checks.set(CheckID, { status: 'critical', output: '' });
    return {};
  }

  #deregister(id: string): Reply {
    this.#services.delete(id);
    for (const check of this.#checks.keys()) if (check.startsWith(`${id}:`)) this.#checks.delete(check);
    return {};
  }

  #tellCheck(id: string, body: string): Reply {
    if (!this.#checks.has(id)) return { status: 500, body: `CheckID "${id}" does not have associated TTL` };
    const { Status, Output } = JSON.parse(body) as { readonly Status: string; readonly Output: string };
    this.#checks.set(id, { status: Status, output: Output });
    return {};
  }

  #createSession({ TTL, LockDelay }: { readonly TTL: string; readonly LockDelay: string }): string {
    const id = crypto.randomUUID();
    this.#sessions.set(id, {
      ttlMs: Number.parseFloat(TTL) * 1000,
      delayMs: Number.parseFloat(LockDelay) * 1000,
      timer: setTimeout(() => {}, 0),
    });
    this.#renew(id);
    return id;
  }

  #renew(id: string): Reply {
    const session = this.#sessions.get(id);
    if (session === undefined) return { status: 404, body: `Session id '${id}' not found` };
    clearTimeout(session.timer);
    session.timer = setTimeout(() => this.#endSession(id), session.ttlMs * 2);
    return { body: [{ TTL: `${session.ttlMs / 1000}s` }] };
  }

  #endSession(id: string): Reply {
    const session = this.#sessions.get(id);
    clearTimeout(session?.timer);
    this.#sessions.delete(id);
    for (const [name, key] of this.#keys) {
      if (key.session !== id) continue;
      this.#delayed.set(name, performance.now() + (session?.delayMs ?? 0));
      this.#set(name, { value: key.value });
    }
    return { body: true };
  }
}

function raw(name: string, { value, created, modified, session }: Key): object {
  return {
    Key: name,
    Value: value === '' ? null : Buffer.from(value).toString('base64'),
    CreateIndex: created,
    ModifyIndex: modified,
    Flags: 0,
    LockIndex: 0,
    ...(session === undefined ? {} : { Session: session }),
  };
}
