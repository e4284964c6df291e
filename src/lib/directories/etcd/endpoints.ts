import type { IncomingMessage } from 'node:http';
import { Interrupted } from '../../errors.ts';
import { DirectoryUnreachable } from '../directory-errors.ts';
import { HttpClient, type HttpAnswer, type HttpRequest, type ServerAddress, type TlsOptions } from '../http-client.ts';
import { noAnswer, requestFailure, wasSent } from '../request-failures.ts';
import { etcd, etcdError, grpc, parseFailure, type EtcdFailure } from './failures.ts';

export interface EndpointCall {
  /** For messages: `read the keys below /a/`. */
  readonly step: string;
  readonly request: HttpRequest;
  /** Whether it may be sent to another endpoint although the first one may have processed it. */
  readonly isRepeatable: boolean;
}

/** An answer with the endpoint that gave it. */
export interface EndpointAnswer<T> {
  readonly answer: T;
  readonly address: string;
}

interface Attempt {
  readonly address: string;
  readonly reason: string;
  readonly error: Error;
}

/** The endpoints of one cluster. Uses one as long as it answers, then the next. */
export class Endpoints implements Disposable {
  readonly #clients: readonly HttpClient[];
  #current = 0;

  constructor(servers: readonly ServerAddress[], tls: TlsOptions) {
    this.#clients = servers.map((server) => new HttpClient(server, tls));
  }

  /** All addresses, for messages. */
  get name(): string {
    return this.#clients.map(({ address }) => address).join(', ');
  }

  /** The whole answer. One that says "not now" counts as none. */
  async send(call: EndpointCall): Promise<EndpointAnswer<HttpAnswer>> {
    return this.#try(call, async (client) => {
      const answer = await client.send(call.request);
      const failure = answer.status < 300 ? undefined : parseFailure(answer.text);
      if (failure?.code === grpc.unavailable) throw new NotReady(failure);
      return answer;
    });
  }

  /** An answer that is read while it arrives. */
  async open(call: EndpointCall): Promise<EndpointAnswer<IncomingMessage>> {
    return this.#try(call, (client) => client.open(call.request));
  }

  /** Ends all requests. */
  [Symbol.dispose](): void {
    for (const client of this.#clients) client[Symbol.dispose]();
  }

  async #try<T>(call: EndpointCall, send: (client: HttpClient) => Promise<T>): Promise<EndpointAnswer<T>> {
    const attempts: Attempt[] = [];
    for (const [index, client] of this.#inOrder()) {
      try {
        const answer = await send(client);
        this.#current = index;
        return { answer, address: client.address };
      } catch (cause) {
        const attempt = attemptOf(call, client, cause);
        attempts.push(attempt);
        const mayRepeat = call.isRepeatable || (!(cause instanceof NotReady) && !wasSent(cause));
        if (!(attempt.error instanceof DirectoryUnreachable) || !mayRepeat) throw attempt.error;
      }
    }
    throw unreachable(call, attempts);
  }

  *#inOrder(): Generator<readonly [number, HttpClient]> {
    const first = this.#current;
    for (let count = 0; count < this.#clients.length; count += 1) {
      const index = (first + count) % this.#clients.length;
      const client = this.#clients[index];
      if (client !== undefined) yield [index, client];
    }
  }
}

/** etcd has no leader, or lost it while it worked on the request. */
class NotReady extends Error {
  readonly failure: EtcdFailure;

  constructor(failure: EtcdFailure) {
    super(failure.text);
    this.failure = failure;
  }
}

function attemptOf({ step, request }: EndpointCall, { address }: HttpClient, cause: unknown): Attempt {
  const asked = { step, address };
  if (request.signal?.aborted === true) return { address, reason: '', error: new Interrupted() };
  if (cause instanceof NotReady) return { address, reason: cause.message, error: etcdError(asked, cause.failure) };
  const { reason } = noAnswer(etcd, cause);
  return { address, reason, error: requestFailure(etcd, asked, cause, request.signal) };
}

function unreachable({ step }: EndpointCall, attempts: readonly Attempt[]): Error {
  const [only, ...others] = attempts;
  if (only !== undefined && others.length === 0) return only.error;
  const reasons = attempts.map(({ address, reason }) => `${address}: ${reason}`).join('; ');
  return new DirectoryUnreachable(`${step}: no endpoint of etcd answers (${reasons})`, {
    code: 'ETCD_UNREACHABLE',
    suggestions: ['check that etcd runs, or correct --etcd'],
    cause: only?.error,
  });
}
