import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { definedOnly } from '../../defined.ts';
import { DirectoryUnreachable, type DirectoryError } from '../directory-errors.ts';
import type { HttpRequest, ServerAddress, TlsOptions } from '../http-client.ts';
import { notServer, requestFailure, type Asked } from '../request-failures.ts';
import { Endpoints } from './endpoints.ts';
import { etcd, etcdError, failureOf, foreignAnswer, grpc, loginRejected, parseFailure } from './failures.ts';
import { linesOf } from './json-lines.ts';
import { parseJson } from '../../json.ts';
import { Login, type EtcdUser, type Token } from './login.ts';

export interface EtcdAccess {
  /** At least one; several are members of one cluster. */
  readonly endpoints: readonly ServerAddress[];
  readonly tls?: TlsOptions;
  readonly user?: EtcdUser;
}

export interface EtcdCall {
  /** For messages: `read the keys below /a/`. */
  readonly step: string;
  /** Below `/v3/`: `kv/range`. */
  readonly path: string;
  readonly body: object;
  readonly signal?: AbortSignal | undefined;
  /** For each endpoint; of a stream, until it begins. */
  readonly limitMs?: number;
  /** Whether it does no harm when it is processed twice. */
  readonly isRepeatable: boolean;
}

interface Answer {
  readonly asked: Asked;
  readonly status: number;
  readonly text: string;
}

const usualLimitMs = 8000;
/** A request that cannot be wrong in itself. */
const probe = { path: 'kv/range', body: { key: 'AA==', count_only: true }, isRepeatable: true };

/**
 * Requests to the HTTP gateway of an etcd cluster: JSON by POST, with a login where a user is given. Fails over between
 * endpoints. Knows nothing of what is asked.
 */
export class EtcdHttp implements Disposable {
  readonly #endpoints: Endpoints;
  readonly #login: Login | undefined;
  readonly #user: string | undefined;

  constructor({ endpoints, tls = {}, user }: EtcdAccess) {
    this.#endpoints = new Endpoints(endpoints, tls);
    this.#user = user?.name;
    this.#login = user === undefined ? undefined : new Login(() => this.#authenticate(user));
  }

  /** For messages: `etcd at http://10.0.0.5:2379`. */
  get name(): string {
    return `${etcd.name} at ${this.#endpoints.name}`;
  }

  /** The JSON of the answer. etcd is trusted to answer in its documented form. */
  async call<T>(call: EtcdCall): Promise<T> {
    const answer = await this.#sendWithLogin(call);
    if (answer.status >= 300) throw await this.#failureOf(answer, call.signal);
    return parse(answer.asked, answer.text) as T;
  }

  /** The JSON objects of a streamed answer. Rejects when the stream breaks or ends, also by the signal. */
  async *stream<T>(call: EtcdCall): AsyncGenerator<T, never> {
    // Renews a token that has expired: a stream would report that as a text only.
    if (this.#login !== undefined) await this.#sendWithLogin({ ...probe, step: call.step, signal: call.signal });
    const request = requestOf(call, await this.#login?.token(call.signal));
    // Without this, a member that lost its leader keeps the stream open and silent.
    const headers = { ...request.headers, 'Grpc-Metadata-hasleader': 'true' };
    const { answer: response, address } = await this.#endpoints.open({ ...call, request: { ...request, headers } });
    const asked = this.#asked(call, address);
    const status = response.statusCode ?? 0;
    if (status >= 300) throw await this.#failureOf({ asked, status, text: await text(response) }, call.signal);
    try {
      for await (const line of linesOf(response)) yield resultOf(asked, line) as T;
    } catch (cause) {
      throw requestFailure(etcd, asked, cause, call.signal);
    }
    throw endedEarly(asked, response);
  }

  /** Ends all requests. */
  [Symbol.dispose](): void {
    this.#endpoints[Symbol.dispose]();
  }

  async #sendWithLogin(call: EtcdCall): Promise<Answer> {
    const login = this.#login;
    if (login === undefined) return this.#send(call, undefined);
    const token = await login.token(call.signal);
    const answer = await this.#send(call, token);
    return isLoginRejected(answer) ? this.#send(call, await login.renew(token, call.signal)) : answer;
  }

  async #send(call: EtcdCall, token: Token): Promise<Answer> {
    const { answer, address } = await this.#endpoints.send({ ...call, request: requestOf(call, token) });
    return { asked: this.#asked(call, address), status: answer.status, text: answer.text };
  }

  #asked({ step }: EtcdCall, address: string): Asked {
    return { step, address, ...definedOnly({ user: this.#user }) };
  }

  async #authenticate({ name, password }: EtcdUser): Promise<Token> {
    const step = `log in as ${name}`;
    const answer = await this.#send(
      { step, path: 'auth/authenticate', body: { name, password }, isRepeatable: true },
      undefined,
    );
    if (answer.status < 300) return (parse(answer.asked, answer.text) as { readonly token?: string }).token;
    const failure = parseFailure(answer.text);
    // Logins are not enabled.
    if (failure?.code === grpc.precondition) return undefined;
    throw failure?.code === grpc.invalid
      ? loginRejected(answer.asked, failure.text)
      : await this.#failureOf(answer, undefined);
  }

  async #failureOf({ asked, status, text: content }: Answer, signal: AbortSignal | undefined): Promise<DirectoryError> {
    const failure = parseFailure(content);
    if (failure === undefined) return foreignAnswer(asked, status, await this.#isEtcd(signal));
    const needsUser = failure.code === grpc.invalid && (await this.#needsUser(asked, signal));
    return needsUser ? loginRejected(asked, failure.text) : etcdError(asked, failure);
  }

  /** Whether etcd rejects any request without a login, which it does with the same code as a wrong request. */
  async #needsUser({ step }: Asked, signal: AbortSignal | undefined): Promise<boolean> {
    if (this.#login !== undefined) return false;
    const answer = await this.#send({ ...probe, step, signal }, undefined);
    return parseFailure(answer.text)?.code === grpc.invalid;
  }

  /** Of a server without the gateway's paths. */
  async #isEtcd(signal: AbortSignal | undefined): Promise<boolean> {
    const request = { method: 'GET', path: '/version', signal, limitMs: usualLimitMs };
    const { answer } = await this.#endpoints.send({ step: 'ask for the version', request, isRepeatable: true });
    return answer.text.includes('"etcdserver"');
  }
}

function requestOf({ path, body, signal, limitMs = usualLimitMs }: EtcdCall, token: Token): HttpRequest {
  return {
    method: 'POST',
    path: `/v3/${path}`,
    headers: definedOnly({ 'Content-Type': 'application/json', Authorization: token }),
    body: JSON.stringify(body),
    signal,
    limitMs,
  };
}

/** Also when the permissions of the user have changed since the login. */
function isLoginRejected({ status, text: content }: Answer): boolean {
  const code = status < 300 ? undefined : parseFailure(content)?.code;
  return code === grpc.unauthenticated || code === grpc.invalid;
}

function parse(asked: Asked, content: string): unknown {
  try {
    return parseJson(content);
  } catch (cause) {
    throw notServer(etcd, asked, cause);
  }
}

function resultOf(asked: Asked, line: string): unknown {
  const { result, error } = parse(asked, line) as { readonly result?: unknown; readonly error?: object };
  if (result !== undefined) return result;
  const failure = failureOf(error ?? null);
  throw failure === undefined ? notServer(etcd, asked) : etcdError(asked, failure);
}

function endedEarly({ step, address }: Asked, { complete }: IncomingMessage): DirectoryUnreachable {
  const how = complete ? 'ended' : 'broke off';
  return new DirectoryUnreachable(`${step}: ${etcd.name} at ${address} ${how} the stream`, {
    code: 'ETCD_UNREACHABLE',
  });
}
