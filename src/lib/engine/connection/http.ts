import type { ClientRequest, IncomingMessage } from 'node:http';
import { definedOnly } from '../../defined.ts';
import { engineError, engineMessage, hasCode, invalidAnswer, wrapFailure } from '../engine-errors.ts';
import { WrongShape, type Shape } from '../shape.ts';
import { markProven, silence, usualLimitMs, whileAlive } from './alive.ts';
import type { Answer, Call, Connection } from './connection.ts';
import { parseJson } from '../../json.ts';
import { sendRequest } from './request.ts';

/** More than any engine answers, and less than what would use up the memory. */
const maxAnswerBytes = 24 * 2 ** 20;

/**
 * Every call to the engine that answers with a document. Over plain node:http, so that a command that only reads does
 * not load dockerode, which is for what streams. Never follows redirects. Only reads are repeated, and only when a kept
 * connection was dead.
 */
export async function call(connection: Connection, details: Call): Promise<Answer> {
  const { step, signal = readingSignal(connection, details) } = details;
  const { address } = connection;
  const request = { ...details, ...definedOnly({ signal }) };
  const answer = await callOnce(connection, request)
    .catch((cause: unknown) => {
      if (isDeadConnection(cause) && isRead(details)) return callOnce(connection, request);
      throw cause;
    })
    .catch((cause: unknown) => {
      throw wrapFailure(step, cause, { address, signal });
    });
  if (answer.status >= 400) throw refusal(details, address, answer);
  // A proxy's login page, or its redirect to one.
  const isPage = answer.headers['content-type']?.startsWith('text/html') === true;
  if (isPage || answer.status === 301 || answer.status === 302)
    throw invalidAnswer(step, address, 'its answer is a web page');
  return answer;
}

/** The answer's body, in the shape that the API documents. */
export async function callJson<T>(connection: Connection, shape: Shape<T>, details: Call): Promise<T> {
  const { body } = await call(connection, details);
  try {
    const shaped = shape(body, 'its answer');
    markProven(connection);
    return shaped;
  } catch (cause) {
    if (!(cause instanceof WrongShape)) throw cause;
    throw invalidAnswer(details.step, connection.address, cause.message, cause);
  }
}

/** The answer's body as a stream: without a limit of time, and in memory only what is not read yet. */
export async function openStream(connection: Connection, details: Call): Promise<IncomingMessage> {
  const { step, signal = readingSignal(connection, details) } = details;
  const request = sendRequest(connection, { ...details, ...definedOnly({ signal }) });
  const response = await whileAlive(connection, responseTo(request), (error) => request.destroy(error)).catch(
    (cause: unknown) => {
      throw wrapFailure(step, cause, { address: connection.address, signal });
    },
  );
  if ((response.statusCode ?? 0) < 400) return response;
  throw refusal(details, connection.address, await readAnswer(response));
}

function isRead({ method }: Call): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** The command's own signal ends what it reads, until it has changed something, which it may have to undo. */
function readingSignal(connection: Connection, details: Call): AbortSignal | undefined {
  if (!isRead(details)) changing.add(connection.agent);
  return changing.has(connection.agent) ? undefined : connection.signal;
}

const changing = new WeakSet<Connection['agent']>();

/** Of a failure to read, the address is part: an engine in order answers. */
function refusal(details: Call, address: string, { status, body }: Answer): Error {
  const told = engineMessage(body);
  const message = told ?? `HTTP status ${String(status)}`;
  const isOdd = told === undefined || (status >= 500 && isRead(details));
  return engineError(details.step, { status, message: isOdd ? `${message}, from the engine at ${address}` : message });
}

/** Node waits 1 ms for what is longer. */
const longestTimerMs = 2 ** 31 - 1;

async function callOnce(connection: Connection, details: Call): Promise<Answer> {
  const request = sendRequest(connection, details);
  const abandon = (error: Error): unknown => request.destroy(error);
  const limitMs = details.limitMs ?? usualLimitMs(connection, details);
  const giveUp = (): unknown => abandon(silence(connection.address, limitMs));
  const timer = limitMs === 0 ? undefined : setTimeout(giveUp, Math.min(limitMs, longestTimerMs));
  return whileAlive(connection, responseTo(request).then(readAnswer), abandon).finally(() => clearTimeout(timer));
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
  let bytes = 0;
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    chunks.push(chunk);
    if (bytes > maxAnswerBytes) response.destroy(new Error('its answer has no end'));
  });
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
    return parseJson(text);
  } catch {
    return text;
  }
}
