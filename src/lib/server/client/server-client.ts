import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { parseJson } from '../../json.ts';
import { Interrupted, OperationFailed, UserError, type DockeropsError } from '../../errors.ts';

export interface ServerAddress {
  /** `http://127.0.0.1:9000` */
  readonly url: string;
  readonly token?: string;
}

type Method = 'GET' | 'POST' | 'PATCH' | 'DELETE';
type Headers = Readonly<Record<string, string>>;

/** `dockerops serve` from outside. A refusal is an error with the server's own words. */
export abstract class ServerClient {
  readonly #address: ServerAddress;
  readonly #signal: AbortSignal;

  constructor(address: ServerAddress, signal: AbortSignal) {
    this.#address = address;
    this.#signal = signal;
  }

  /** Undefined: the answer has no body. */
  protected async json(method: Method, path: string, body?: object, headers: Headers = {}): Promise<unknown> {
    const content = await text(await this.send(method, path, body, headers));
    return content === '' ? undefined : parseJson(content);
  }

  protected async send(method: Method, path: string, body?: object, headers: Headers = {}): Promise<IncomingMessage> {
    const { url, token } = this.#address;
    const content = body === undefined ? undefined : Buffer.from(JSON.stringify(body));
    const target = new URL(path, url);
    const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, {
      method,
      signal: this.#signal,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(content === undefined ? {} : { 'content-type': 'application/json', 'content-length': content.length }),
        ...headers,
      },
    });
    request.end(content);
    const [response] = (await once(request, 'response').catch((cause: unknown) => {
      throw this.#signal.aborted ? new Interrupted() : unreachable(url, cause);
    })) as [IncomingMessage];
    const { statusCode = 0 } = response;
    if (statusCode >= 200 && statusCode < 300) return response;
    throw refusal(url, statusCode, await text(response));
  }
}

function unreachable(url: string, cause: unknown): DockeropsError {
  const reason = (cause as { readonly code?: string }).code ?? String(cause);
  return new OperationFailed(`no server answers at ${url}: ${reason}`, {
    code: 'SERVER_UNREACHABLE',
    suggestions: ['name it: --server URL, or the variable DOCKEROPS_SERVER', 'start one: dockerops serve'],
    cause,
  });
}

function refusal(url: string, status: number, body: string): DockeropsError {
  if (status === 401)
    return new UserError(`the server at ${url} wants a token, or another one`, {
      code: 'SERVER_TOKEN',
      suggestions: ['--token-file FILE, or the variable DOCKEROPS_TOKEN'],
    });
  return new OperationFailed(`the server at ${url}: ${messageIn(body) ?? `HTTP status ${String(status)}`}`, {
    code: status === 404 ? 'SERVER_NOT_FOUND' : 'SERVER_REFUSED',
  });
}

function messageIn(body: string): string | undefined {
  try {
    const { error, message } = parseJson(body) as { readonly error?: unknown; readonly message?: unknown };
    const told = error ?? message;
    return typeof told === 'string' ? told : undefined;
  } catch {
    return undefined;
  }
}
