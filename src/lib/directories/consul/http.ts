import { Agent, request as plainRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { DirectoryError, DirectoryUnreachable } from '../directory-errors.ts';
import { answerFailure, connectionFailure, type Asked } from './failures.ts';

/** How one agent of Consul is reached. The parts of TLS are texts in PEM, not names of files. */
export interface ConsulAccess {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
  readonly token?: string;
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** What the agent's certificate has to be for, where that is not the host. */
  readonly serverName?: string;
}

export interface Question {
  /** For messages: `register web`. */
  readonly step: string;
  readonly method?: 'GET' | 'PUT' | 'DELETE';
  /** Without `/v1`; parts from outside are encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | undefined>>;
  /** A text goes as it is, all else as JSON. */
  readonly body?: unknown;
  readonly signal?: AbortSignal | undefined;
  readonly limitMs?: number;
  /** Statuses that are an answer and no failure. */
  readonly allow?: readonly number[];
}

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** X-Consul-Index, where the answer has it. */
  readonly index: bigint | undefined;
  /** Part of what there is was left out, for the token may not read it. Newer agents tell. */
  readonly isFiltered: boolean;
}

const usualLimitMs = 10_000;
const maxBytes = 32 * 1024 * 1024;
// A host that was switched off answers nothing: the system asks on quiet connections, and after some 25 s tells us.
const quietMs = 15_000;

/**
 * Questions to one agent of Consul over kept connections. Every question has a limit and ends at once with its signal; answers
 * are bounded; redirects are not followed. Knows nothing of what is asked.
 */
export class ConsulHttp implements Disposable {
  /** For messages: `http://127.0.0.1:8500`. */
  readonly address: string;
  readonly #access: ConsulAccess;
  readonly #agent: Agent;

  constructor(access: ConsulAccess) {
    this.#access = access;
    this.address = `${access.secure ? 'https' : 'http'}://${access.host.includes(':') ? `[${access.host}]` : access.host}:${access.port}`;
    const kept = { keepAlive: true, keepAliveInitialDelay: quietMs, maxFreeSockets: 4 };
    this.#agent = access.secure ? new SecureAgent({ ...kept, ...tlsOptions(access) }) : new Agent(kept);
  }

  async ask(question: Question): Promise<Answer> {
    const asked: Asked = { address: this.address, step: question.step };
    const answer = await this.#sendAgainWhenDead(question).catch((cause: unknown) => {
      throw connectionFailure(asked, cause, question.signal);
    });
    if (answer.status < 300 || question.allow?.includes(answer.status) === true) return answer;
    throw answerFailure(asked, answer.status, answer.text);
  }

  /** The answer's JSON. Consul is trusted to answer in the shape that it documents. */
  async askJson<T>(question: Question): Promise<T> {
    return this.parse(question.step, await this.ask(question)) as T;
  }

  parse(step: string, { text }: Answer): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw new DirectoryError(`${step}: what answers at ${this.address} is not Consul, or something is between`, {
        code: 'CONSUL_REFUSED',
        suggestions: ['correct --consul'],
        cause,
      });
    }
  }

  /** Ends what is still asked. */
  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  /** An agent that was restarted has forgotten the connections that we kept. Reading again does no harm; waiting with the old number could. */
  async #sendAgainWhenDead(question: Question): Promise<Answer> {
    return this.#send(question).catch((cause: unknown) => {
      if ((question.method ?? 'GET') === 'GET' && question.query?.['index'] === undefined && isDeadConnection(cause))
        return this.#send(question);
      throw cause;
    });
  }

  async #send(question: Question): Promise<Answer> {
    const request = this.#begin(question);
    const limitMs = question.limitMs ?? usualLimitMs;
    const limit = setTimeout(() => {
      request.destroy(noAnswer(this.address, question.step, limitMs));
    }, limitMs);
    return responseTo(request)
      .then((response) => collect(response, question.step, this.address))
      .finally(() => {
        clearTimeout(limit);
      });
  }

  #begin({ method = 'GET', path, query, body, signal }: Question): ClientRequest {
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

/** One part of a path, its slashes told as such: an id may hold them. */
export function part(text: string): string {
  return encodeURIComponent(text);
}

/** A key, whose slashes stay. */
export function keyPath(key: string): string {
  return `/kv/${key.split('/').map(encodeURIComponent).join('/')}`;
}

function tlsOptions({ ca, cert, key, serverName }: ConsulAccess): object {
  const given = { ca, cert, key, servername: serverName };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function queryText(query: Question['query']): string {
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
        { code: 'CONSUL_TOO_MUCH', suggestions: ['use a prefix with less below it'] },
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
    suggestions: ['see whether the Consul agent runs, and whether it has a leader'],
  });
}

function isDeadConnection(cause: unknown): boolean {
  const { code, reused } = cause as { readonly code?: unknown; readonly reused?: unknown };
  return reused === true && (code === 'ECONNRESET' || code === 'EPIPE');
}
