import { definedOnly } from '../../defined.ts';
import { HttpClient, isDeadConnection, type HttpAnswer, type ServerAddress, type TlsOptions } from '../http-client.ts';
import { notServer, requestFailure, type Asked } from '../request-failures.ts';
import { parseJson } from '../../json.ts';
import { answerFailure, consul } from './failures.ts';

/** How one Consul agent is reached. */
export interface ConsulAccess extends ServerAddress, TlsOptions {
  /** A function is called for each request. */
  readonly token?: string | (() => string | undefined);
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

/** Requests to one Consul agent. Knows nothing of what is asked. */
export class ConsulHttp implements Disposable {
  readonly #client: HttpClient;
  readonly #token: ConsulAccess['token'];

  constructor({ token, ca, cert, key, serverName, ...server }: ConsulAccess) {
    this.#client = new HttpClient(server, definedOnly({ ca, cert, key, serverName }));
    this.#token = token;
  }

  /** For messages: `http://127.0.0.1:8500`. */
  get address(): string {
    return this.#client.address;
  }

  get hasToken(): boolean {
    return this.#token !== undefined;
  }

  async ask(request: ConsulRequest): Promise<Answer> {
    const asked: Asked = { address: this.address, step: request.step };
    const answer = await this.#sendAgainWhenDead(request).catch((cause: unknown) => {
      throw requestFailure(consul, asked, cause, request.signal);
    });
    if (answer.status >= 300 && request.allow?.includes(answer.status) !== true)
      throw answerFailure(asked, answer.status, answer.text);
    return withIndex(answer);
  }

  /** The answer's JSON. Rejects when it is not as expected, since a proxy may answer in its own words. */
  async askJson<T>(request: ConsulRequest, isExpected: (answer: unknown) => boolean = () => true): Promise<T> {
    const answer = this.parse(request.step, await this.ask(request));
    if (!isExpected(answer)) throw notServer(consul, { address: this.address, step: request.step });
    return answer as T;
  }

  parse(step: string, { text }: Pick<Answer, 'text'>): unknown {
    try {
      return parseJson(text);
    } catch (cause) {
      throw notServer(consul, { address: this.address, step }, cause);
    }
  }

  /** Ends all requests. */
  [Symbol.dispose](): void {
    this.#client[Symbol.dispose]();
  }

  /** A restarted agent has closed our kept connections. A read is repeated, but no blocking query with an old index. */
  async #sendAgainWhenDead(request: ConsulRequest): Promise<HttpAnswer> {
    return this.#send(request).catch((cause: unknown) => {
      const isRead = (request.method ?? 'GET') === 'GET' && request.query?.['index'] === undefined;
      if (isRead && isDeadConnection(cause)) return this.#send(request);
      throw cause;
    });
  }

  #send({ method = 'GET', path, query, body, signal, limitMs = usualLimitMs }: ConsulRequest): Promise<HttpAnswer> {
    return this.#client.send({
      method,
      path: `/v1${path}${queryText(query)}`,
      headers: definedOnly({ 'X-Consul-Token': typeof this.#token === 'function' ? this.#token() : this.#token }),
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
      signal,
      limitMs,
    });
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

function queryText(query: ConsulRequest['query']): string {
  const given = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(Object.fromEntries(given)).toString()}`;
}

function withIndex({ status, text, headers }: HttpAnswer): Answer {
  const { 'x-consul-index': index, 'x-consul-results-filtered-by-acls': filtered } = headers;
  return {
    status,
    text,
    isFiltered: filtered === 'true',
    index: typeof index === 'string' && /^\d{1,20}$/.test(index) ? BigInt(index) : undefined,
  };
}
