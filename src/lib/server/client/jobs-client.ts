import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { definedOnly } from '../../defined.ts';
import { parseJson } from '../../json.ts';
import { Interrupted, OperationFailed, UserError, type DockeropsError } from '../../errors.ts';

export interface ServerAddress {
  /** `http://127.0.0.1:9000` */
  readonly url: string;
  readonly token?: string;
}

/** A job as the API has it. */
export interface JobAnswer {
  readonly id: string;
  readonly name: string;
  readonly image: string;
  readonly command: string;
  readonly status: string;
  readonly state: string;
  readonly error?: string;
  readonly exitCode?: number;
  readonly node?: string;
  readonly createdAt: string;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly nextRunAt?: string;
  readonly schedule?: string;
}

export interface RunAnswer {
  readonly id: string;
  readonly warnings?: readonly string[];
}

type Headers = Readonly<Record<string, string>>;
type Status = Omit<JobAnswer, 'name' | 'image' | 'command'>;
const idForm = /^[0-9a-z]{25}$/;

/** `dockerops serve` from outside. A refusal is an error with the server's own words. */
export class JobsClient {
  readonly #address: ServerAddress;
  readonly #signal: AbortSignal;

  constructor(address: ServerAddress, signal: AbortSignal) {
    this.#address = address;
    this.#signal = signal;
  }

  async list(state?: string): Promise<readonly JobAnswer[]> {
    const query = state === undefined ? '' : `?state=${encodeURIComponent(state)}`;
    return (await this.#json('GET', `/jobs${query}`)) as readonly JobAnswer[];
  }

  /** The id of a job that is named by its id or, as the latest of them, by its name. */
  async find(idOrName: string): Promise<string> {
    if (idForm.test(idOrName)) return idOrName;
    const query = `?limit=1&name=${encodeURIComponent(idOrName)}`;
    const [job] = (await this.#json('GET', `/jobs${query}`)) as readonly JobAnswer[];
    if (job === undefined)
      throw new UserError(`there is no job ${idOrName}`, { code: 'UNKNOWN_JOB', suggestions: ['dockerops jobs ls'] });
    return job.id;
  }

  /** The same `key` starts one job within a day. */
  async run(request: object, key: string | undefined): Promise<RunAnswer> {
    const headers = key === undefined ? {} : { 'idempotency-key': key };
    return (await this.#json('POST', '/run', request, headers)) as RunAnswer;
  }

  async stop(id: string): Promise<void> {
    await this.#json('POST', '/stop', { id });
  }

  async status(id: string): Promise<Status> {
    return (await this.#json('GET', `/status/${encodeURIComponent(id)}`)) as Status;
  }

  /** The log as it comes; ends with the job when it is followed. */
  async logs(
    id: string,
    { tail, follow }: { readonly tail?: number; readonly follow: boolean },
  ): Promise<IncomingMessage> {
    const query = new URLSearchParams(definedOnly({ follow: follow ? 'true' : 'false', tail: tail?.toString() }));
    return this.#send('GET', `/jobs/${encodeURIComponent(id)}/logs?${query.toString()}`);
  }

  async #json(method: string, path: string, body?: object, headers: Headers = {}): Promise<unknown> {
    return parseJson(await text(await this.#send(method, path, body, headers)));
  }

  async #send(method: string, path: string, body?: object, headers: Headers = {}): Promise<IncomingMessage> {
    const { url, token } = this.#address;
    const target = new URL(path, url);
    const request = (target.protocol === 'https:' ? httpsRequest : httpRequest)(target, {
      method,
      signal: this.#signal,
      headers: {
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
    });
    request.end(body === undefined ? undefined : JSON.stringify(body));
    const [response] = (await once(request, 'response').catch((cause: unknown) => {
      throw this.#signal.aborted ? new Interrupted() : unreachable(url, cause);
    })) as [IncomingMessage];
    if (response.statusCode === 200) return response;
    throw refusal(url, response.statusCode ?? 0, await text(response));
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
    code: 'SERVER_REFUSED',
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
