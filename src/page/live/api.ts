import { parseEvents, type EventAnswer } from '../../lib/event-stream.ts';
import { keptToken } from './token.ts';

/** What the server has refused, in its words. */
export class Refusal extends Error {
  readonly status: number;
  /** Of a 429. */
  readonly retryAfterSeconds: number | undefined;

  constructor(status: number, message: string, retryAfterSeconds?: number) {
    super(message);
    this.status = status;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const limitMs = 10_000;

function headers(more: Readonly<Record<string, string>> = {}): Record<string, string> {
  const token = keptToken();
  return { ...more, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) };
}

async function refusalOf(response: Response): Promise<Refusal> {
  const text = await response.text();
  const wait = Number(response.headers.get('retry-after') ?? Number.NaN);
  return new Refusal(response.status, messageIn(text) ?? response.statusText, Number.isNaN(wait) ? undefined : wait);
}

/** Both forms of errors of the API, with the path of each field that is wrong. */
function messageIn(text: string): string | undefined {
  try {
    const { message, error, errors = [] } = JSON.parse(text) as Partial<ErrorDocument>;
    const fields = errors.map((each) => `${each.path}: ${each.message}`);
    return [message ?? error, ...fields].filter((each) => each !== undefined).join('; ');
  } catch {
    return undefined;
  }
}

interface ErrorDocument {
  readonly message: string;
  readonly error: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}

/** Asks the API and resolves with the body. Rejects with a Refusal, or with what fetch rejects with. */
export async function ask<T>(path: string, signal?: AbortSignal): Promise<T> {
  const limit = AbortSignal.timeout(limitMs);
  const response = await fetch(path, {
    headers: headers(),
    signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
  });
  if (!response.ok) throw await refusalOf(response);
  return (await response.json()) as T;
}

/** Sends a change, or a question with a body. */
export async function send<T>(method: 'POST' | 'PATCH' | 'DELETE', path: string, body?: unknown): Promise<T> {
  const response = await fetch(path, {
    method,
    headers: headers(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  if (!response.ok) throw await refusalOf(response);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

/** EventSource cannot send a header, and a token in an address would be in logs of proxies. */
export async function openEvents(
  lastId: string | undefined,
  signal: AbortSignal,
): Promise<AsyncGenerator<EventAnswer>> {
  const more = lastId === undefined ? {} : { 'last-event-id': lastId };
  return parseEvents(await openStream('/events', signal, more));
}

/** The bytes of an answer that has no end of its own. */
async function openStream(
  path: string,
  signal: AbortSignal,
  more: Readonly<Record<string, string>> = {},
): Promise<AsyncIterable<Uint8Array>> {
  const response = await fetch(path, { headers: headers(more), signal });
  if (!response.ok) throw await refusalOf(response);
  if (response.body === null) throw new Error('the answer has no body');
  return chunksOf(response.body.getReader());
}

/** Not every browser can iterate over a stream. */
async function* chunksOf(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for (let part = await reader.read(); !part.done; part = await reader.read()) yield part.value;
  } finally {
    await reader.cancel().catch(() => {});
  }
}
