import { request as httpRequest, type Agent, type ClientRequest, type IncomingMessage } from 'node:http';
import type { RequestOptions } from 'node:https';
import { definedOnly } from '../../defined.ts';
import { engineError, engineMessage, hasCode, wrapFailure } from '../engine-errors.ts';

/** A way to one engine, its API version agreed. */
export interface Connection {
  /** For messages: `unix:///var/run/docker.sock`. */
  readonly address: string;
  readonly agent: Agent;
  /** `1.41` */
  readonly apiVersion: string;
  readonly builder: 'buildkit' | 'classic';
}

export interface Call {
  /** What is being done, for messages: `create container web-1`. */
  readonly step: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD';
  /** Without the version; parts that come from outside are encoded by `segment`. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number | boolean | undefined>>;
  /** JSON, or a Buffer that is sent as a tar. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** 0: as long as it takes. */
  readonly limitMs?: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly body: unknown;
}

const usualLimitMs = 5 * 60_000;

/**
 * All calls to the engine that answer with a document. Plain node:http: a command that only reads starts without loading
 * dockerode, which is for what streams. Never follows redirects; retries only reads on a kept connection that had died.
 */
export async function call(connection: Connection, details: Call): Promise<Answer> {
  const answer = await send(connection, details)
    .catch((cause: unknown) => {
      if (isDeadConnection(cause) && (details.method === 'GET' || details.method === 'HEAD'))
        return send(connection, details);
      throw cause;
    })
    .catch((cause: unknown) => {
      throw wrapFailure(details.step, cause, details.signal);
    });
  if (answer.status < 400) return answer;
  throw engineError(details.step, {
    status: answer.status,
    message: engineMessage(answer.body) ?? `HTTP status ${String(answer.status)}`,
  });
}

/** The answer's body. The engine is trusted to answer in the shape that its API documents. */
export async function callJson<T>(connection: Connection, details: Call): Promise<T> {
  return (await call(connection, details)).body as T;
}

/** The answer's body as it comes, as long as it takes: memory stays the same however long it is. */
export async function openStream(connection: Connection, details: Call): Promise<IncomingMessage> {
  const response = await responseTo(begin(connection, details)).catch((cause: unknown) => {
    throw wrapFailure(details.step, cause, details.signal);
  });
  const { statusCode = 0 } = response;
  if (statusCode < 400) return response;
  const { body } = await collect(response);
  throw engineError(details.step, {
    status: statusCode,
    message: engineMessage(body) ?? `HTTP status ${String(statusCode)}`,
  });
}

/** One part of a path. Image references keep their slashes and colons, as the engine's router wants. */
export function segment(text: string): string {
  return encodeURIComponent(text).replace(/%2F/g, '/').replace(/%3A/g, ':').replace(/%40/g, '@');
}

/** As the list calls take them: `{"label": ["a=b", "c"]}`. */
export function labelFilter(labels: Readonly<Record<string, string>> | undefined): string | undefined {
  const wanted = Object.entries(labels ?? {}).map(([name, value]) => (value === '' ? name : `${name}=${value}`));
  return wanted.length === 0 ? undefined : JSON.stringify({ label: wanted });
}

async function send(connection: Connection, details: Call): Promise<Answer> {
  const request = begin(connection, details);
  const limit = limitTimer(details, (error) => request.destroy(error));
  return responseTo(request)
    .then(collect)
    .finally(() => {
      clearTimeout(limit);
    });
}

function begin(connection: Connection, details: Call): ClientRequest {
  const data = encodeBody(details.body);
  const options: RequestOptions = {
    agent: connection.agent,
    method: details.method,
    path: `${versionPrefix(connection)}${details.path}${queryText(details.query)}`,
    headers: { Host: 'docker', ...data?.headers, ...details.headers },
    // Or Node looks whether the Host header is an IPv6 address: 2 ms at the first call.
    servername: '',
    ...definedOnly({ signal: details.signal }),
  };
  const request = httpRequest(options);
  request.end(data?.content);
  return request;
}

function responseTo(request: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.on('response', resolve);
  request.on('error', (error) => {
    reject(Object.assign(error, { reused: request.reusedSocket }));
  });
  return promise;
}

function versionPrefix(connection: Connection): string {
  return connection.apiVersion === '' ? '' : `/v${connection.apiVersion}`;
}

function encodeBody(
  body: unknown,
): { readonly content: Buffer; readonly headers: Readonly<Record<string, string>> } | undefined {
  if (body === undefined) return undefined;
  const content = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
  return {
    content,
    headers: {
      'Content-Type': Buffer.isBuffer(body) ? 'application/x-tar' : 'application/json',
      'Content-Length': String(content.length),
    },
  };
}

function queryText(query: Call['query']): string {
  const given = Object.entries(query ?? {}).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, String(value)] as const],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(Object.fromEntries(given)).toString()}`;
}

function limitTimer(details: Call, abandon: (error: Error) => void): NodeJS.Timeout | undefined {
  const limitMs = details.limitMs ?? usualLimitMs;
  if (limitMs === 0) return undefined;
  return setTimeout(() => {
    abandon(new Error(`the engine did not answer within ${String(limitMs / 1000)} s`));
  }, limitMs);
}

/** By events: reading it as an iterator takes a millisecond more for each answer of a program that has just started. */
function collect(response: IncomingMessage): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('end', () => {
    resolve({
      status: response.statusCode ?? 0,
      headers: response.headers,
      body: parseBody(Buffer.concat(chunks).toString('utf8')),
    });
  });
  // An answer that breaks off ends with an error, also when its request was given up.
  response.on('error', reject);
  return promise;
}

function parseBody(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function isDeadConnection(cause: unknown): boolean {
  return hasCode(cause, ['ECONNRESET', 'EPIPE']) && (cause as { readonly reused?: boolean }).reused === true;
}
