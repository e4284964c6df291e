import {
  Agent,
  request as plainRequest,
  type ClientRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
} from 'node:http';
import { Agent as SecureAgent, request as secureRequest } from 'node:https';
import { definedOnly } from '../defined.ts';

export interface ServerAddress {
  readonly secure: boolean;
  readonly host: string;
  readonly port: number;
}

/** PEM texts, not names of files. */
export interface TlsOptions {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
  /** The name that the server's certificate must have, if not the host. */
  readonly serverName?: string;
}

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** For the whole answer; of a stream, until its headers. */
  readonly limitMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

export class HttpTimeout extends Error {
  constructor(limitMs: number) {
    super(`no answer within ${limitMs / 1000} s`);
  }
}

export class HttpTooLarge extends Error {
  constructor(maxBytes: number) {
    super(`the answer is larger than ${maxBytes / 1024 / 1024} MiB`);
  }
}

// TCP keep-alive notices a host that was switched off after about 25 s.
const keepAlive = { keepAlive: true, keepAliveInitialDelay: 15_000, maxFreeSockets: 4 };
const maxBytes = 32 * 1024 * 1024;

/**
 * Requests to one server over kept connections. Every request has a time limit and ends at once with its signal; the
 * size of answers is limited; redirects are not followed. Rejects with Node's errors, HttpTimeout or HttpTooLarge.
 */
export class HttpClient implements Disposable {
  /** `http://127.0.0.1:8500` */
  readonly address: string;
  readonly #server: ServerAddress;
  readonly #agent: Agent;

  constructor(server: ServerAddress, { serverName, ...tls }: TlsOptions = {}) {
    this.#server = server;
    this.address = addressOf(server);
    this.#agent = server.secure
      ? new SecureAgent({ ...keepAlive, ...definedOnly({ ...tls, servername: serverName }) })
      : new Agent(keepAlive);
  }

  /** The whole answer, whatever its status. */
  async send(request: HttpRequest): Promise<HttpAnswer> {
    return this.#withLimit(request, async (sent) => collect(await responseTo(sent)));
  }

  /** An answer that is read while it arrives. Destroying it ends the request. */
  async open(request: HttpRequest): Promise<IncomingMessage> {
    return this.#withLimit(request, responseTo);
  }

  /** Ends all requests. */
  [Symbol.dispose](): void {
    this.#agent.destroy();
  }

  async #withLimit<T>(request: HttpRequest, work: (sent: ClientRequest) => Promise<T>): Promise<T> {
    const sent = this.#begin(request);
    const limit = setTimeout(() => {
      sent.destroy(new HttpTimeout(request.limitMs));
    }, request.limitMs);
    return work(sent).finally(() => {
      clearTimeout(limit);
    });
  }

  #begin({ method, path, headers, body, signal }: HttpRequest): ClientRequest {
    const { secure, host, port } = this.#server;
    const content = body === undefined ? undefined : Buffer.from(body);
    const request = (secure ? secureRequest : plainRequest)({
      agent: this.#agent,
      host,
      port,
      method,
      path,
      headers: { Accept: 'application/json', ...headers, 'Content-Length': String(content?.length ?? 0) },
      ...definedOnly({ signal }),
    });
    request.end(content);
    return request;
  }
}

function addressOf({ secure, host, port }: ServerAddress): string {
  return `${secure ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${String(port)}`;
}

/** Whether a request failed most likely because the server had closed a kept connection in the meantime. */
export function isDeadConnection(cause: unknown): boolean {
  const { code, reused } = cause as { readonly code?: unknown; readonly reused?: unknown };
  return reused === true && (code === 'ECONNRESET' || code === 'EPIPE');
}

function responseTo(request: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.on('response', resolve);
  request.on('error', (error) => {
    reject(Object.assign(error, { reused: request.reusedSocket }));
  });
  return promise;
}

async function collect(response: IncomingMessage): Promise<HttpAnswer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response) {
    bytes += (chunk as Buffer).length;
    if (bytes > maxBytes) throw new HttpTooLarge(maxBytes);
    chunks.push(chunk as Buffer);
  }
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    text: Buffer.concat(chunks).toString('utf8'),
  };
}
