import type { ClientRequest, IncomingMessage } from 'node:http';
import { engineError, engineMessage, hasCode, wrapFailure } from '../engine-errors.ts';
import type { Answer, Call, Connection } from './connection.ts';
import { sendRequest } from './request.ts';

const defaultLimitMs = 5 * 60_000;

/**
 * Every call to the engine that answers with a document. Over plain node:http, so that a command that only reads does
 * not load dockerode, which is for what streams. Never follows redirects. Only reads are repeated, and only when a kept
 * connection was dead.
 */
export async function call(connection: Connection, details: Call): Promise<Answer> {
  const answer = await callOnce(connection, details)
    .catch((cause: unknown) => {
      if (isDeadConnection(cause) && (details.method === 'GET' || details.method === 'HEAD'))
        return callOnce(connection, details);
      throw cause;
    })
    .catch((cause: unknown) => {
      throw wrapFailure(details.step, cause, details.signal);
    });
  if (answer.status < 400) return answer;
  throw refusal(details.step, answer);
}

/** The answer's body. The engine is trusted to answer in the shape that its API documents. */
export async function callJson<T>(connection: Connection, details: Call): Promise<T> {
  return (await call(connection, details)).body as T;
}

/** The answer's body as a stream: without a limit of time, and in memory only what is not read yet. */
export async function openStream(connection: Connection, details: Call): Promise<IncomingMessage> {
  const response = await responseTo(sendRequest(connection, details)).catch((cause: unknown) => {
    throw wrapFailure(details.step, cause, details.signal);
  });
  if ((response.statusCode ?? 0) < 400) return response;
  throw refusal(details.step, await readAnswer(response));
}

function refusal(step: string, { status, body }: Answer): Error {
  return engineError(step, { status, message: engineMessage(body) ?? `HTTP status ${String(status)}` });
}

async function callOnce(connection: Connection, details: Call): Promise<Answer> {
  const request = sendRequest(connection, details);
  const timer = startTimer(details, (error) => request.destroy(error));
  return responseTo(request)
    .then(readAnswer)
    .finally(() => clearTimeout(timer));
}

function startTimer({ limitMs = defaultLimitMs }: Call, abandon: (error: Error) => void): NodeJS.Timeout | undefined {
  if (limitMs === 0) return undefined;
  return setTimeout(() => abandon(new Error(`the engine did not answer within ${String(limitMs / 1000)} s`)), limitMs);
}

function responseTo(request: ClientRequest): Promise<IncomingMessage> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  request.on('response', resolve);
  request.on('error', (error) => reject(Object.assign(error, { reused: request.reusedSocket })));
  return promise;
}

/** The engine closed the connection after its last answer, before it read this request. */
function isDeadConnection(cause: unknown): boolean {
  return hasCode(cause, ['ECONNRESET', 'EPIPE']) && (cause as { readonly reused?: boolean }).reused === true;
}

/** With events: in a program that has just started, iterating takes a millisecond more for each answer. */
function readAnswer(response: IncomingMessage): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const chunks: Buffer[] = [];
  response.on('data', (chunk: Buffer) => chunks.push(chunk));
  response.on('end', () => {
    const body = parseBody(Buffer.concat(chunks).toString('utf8'));
    resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
  });
  // Also when the answer breaks off, or its request was destroyed.
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
