import { Agent, request as plainRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { DirectoryError, DirectoryUnreachable } from '../directory-errors.ts';
import { answerFailure, connectionFailure, type Asked } from './failures.ts';

/** How one Consul agent is reached. `ca`, `cert` and `key` are PEM texts, not names of files. */
export interface ConsulAccess {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  readonly token?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name that the agent's certificate must have, if not the host. */
  readonly serverName?: string;
}

export interface ConsulRequest {
  /** For messages: `register web`. */
  readonly step: string;
  readonly method?: 'GET' | 'PUT' | 'DELETE';
  /** Without `/v1`; parts from outside are encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** A text is sent as it is, everything else as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  readonly limitMs?: number;
  /** Error statuses that count as an answer. */
  readonly allow?: readonly number[];
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** X-Consul-Index; undefined when the answer has none. */
  readonly index: bigint | undefined;
  /** The answer lacks what the token may not read. Only newer agents set it. */
  readonly isFiltered: boolean;
}

const usualLimitMs = 10_000;
const maxBytes = 32 * 1024 * 1024;
// TCP keep-alive notices a host that was switched off after about 25 s.
const quietMs = 15_000;

/**
 * Requests to one Consul agent over kept connections. Every request has a time limit and ends at once with its signal;
 * the size of answers is limited; redirects are not followed.
 */
export class ConsulHttp implements Disposable {
  /** For messages: `http://127.0.0.1:8500`. */
  readonly address: string;
  readonly #access: ConsulAccess;
  readonly #agent: Agent;

  constructor(access: ConsulAccess) {
    this.#access = access;
    const host = access.host.includes(':') ? `[${access.host}]` : access.host;
    this.address = `${access.secure ? 'https' : 'http'}://${host}:${access.port}`;
    const kept = { keepAlive: true, keepAliveInitialDelay: quietMs, maxFreeSockets: 4 };
    this.#agent = access.secure ? new SecureAgent({ ...kept, ...tlsOptions(access) }) : new Agent(kept);
  }

  async ask(request: ConsulRequest): Promise<Answer> {
    const asked: Asked = { address: this.address, step: request.step };
    const answer = await this.#sendAgainWhenDead(request).catch((cause: unknown) => {
      throw connectionFailure(asked, cause, request.signal);
    });
    if (answer.status < 300 || request.allow?.includes(answer.status) === true) return answer;
    throw answerFailure(asked, answer.status, answer.text);
  }

  /** The answer's JSON. Consul is trusted to answer in its documented form. */
  async askJson<T>(request: ConsulRequest): Promise<T> {
    return this.parse(request.step, await this.ask(request)) as T;
  }

  parse(step: string, { text }: Answer): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new DirectoryError(
        `${step}: what answers at ${this.address} is not Consul, or a proxy changes its answers`,
        {
          code: 'CONSUL_REFUSED',
          suggestions: ['correct --consul'],
          cause,
        },
      );
    }
  }

  /** Ends all requests. */
  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  /** A restarted agent has closed our kept connections. A read is repeated, but no blocking query with an old index. */
  async #sendAgainWhenDead(request: ConsulRequest): Promise<Answer> {
    return this.#send(request).catch((cause: unknown) => {
      if ((request.method ?? 'GET') === 'GET' && request.query?.['index'] === undefined && isDeadConnection(cause))
        return this.#send(request);
      throw cause;
    });
  }

  async #send(request: ConsulRequest): Promise<Answer> {
    const sent = this.#begin(request);
    const limitMs = request.limitMs ?? usualLimitMs;
    const limit = setTimeout(() => {
      sent.destroy(noAnswer(this.address, request.step, limitMs));
    }, limitMs);
    return responseTo(sent)
      .then((response) => collect(response, request.step, this.address))
      .finally(() => {
        clearTimeout(limit);
      });
  }

  #begin({ method = 'GET', path, query, body, signal }: ConsulRequest): ClientRequest {
    const { host, port, secure, token } = this.#access;
    const content =
      body === undefined ? undefined : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
    const send = secure ? secureRequest : plainRequest;
    const request = send({
      agent: this.#agent,
      host,
      port,
      method,
      path: `/v1${path}${queryText(query)}`,
      headers: {
        Accept: 'application/json',
        ...(token === undefined ? {} : { 'X-Consul-Token': token }),
        'Content-Length': String(content?.length ?? 0),
      },
      ...(signal === undefined ? {} : { signal }),
    });
    request.end(content);
    return request;
  }
}

/** One segment of a path, with its slashes encoded. */
export function part(text: string): string {
  return encodeURIComponent(text);
}

/** The path of a key, whose slashes stay. */
export function keyPath(key: string): string {
  return `/kv/${key.split('/').map(encodeURIComponent).join('/')}`;
}

function tlsOptions({ ca, cert, key, serverName }: ConsulAccess): object {
  const given = { ca, cert, key, servername: serverName };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function queryText(query: ConsulRequest['query']): string {
  const given = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(Object.fromEntries(given)).toString()}`;
}

function responseTo(request: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.on('response', resolve);
  request.on('error', (error) => {
    reject(Object.assign(error, { reused: request.reusedSocket }));
  });
  return promise;
}

async function collect(response: IncomingMessage, step: string, address: string): Promise<Answer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length;
    if (bytes > maxBytes)
      throw new DirectoryError(
        `${step}: the answer of Consul at ${address} is larger than ${maxBytes / 1024 / 1024} MiB`,
        { code: 'CONSUL_TOO_MUCH', suggestions: ['use a prefix with fewer keys'] },
      );
    chunks.push(chunk as Buffer);
  }
  const { 'x-consul-index': index, 'x-consul-results-filtered-by-acls': filtered } = response.headers;
  return {
    status: response.statusCode ?? 0,
    text: Buffer.concat(chunks).toString('utf8'),
    isFiltered: filtered === 'true',
    index: typeof index === 'string' && /^\d{1,20}$/.test(index) ? BigInt(index) : undefined,
  };
}

function noAnswer(address: string, step: string, limitMs: number): DirectoryUnreachable {
  return new DirectoryUnreachable(`${step}: Consul at ${address} did not answer within ${limitMs / 1000} s`, {
    code: 'CONSUL_UNREACHABLE',
    suggestions: ['check that the Consul agent runs and has a leader'],
  });
}

function isDeadConnection(cause: unknown): boolean {
  const { code, reused } = cause as { readonly code?: unknown; readonly reused?: unknown };
  return reused === true && (code === 'ECONNRESET' || code === 'EPIPE');
}
