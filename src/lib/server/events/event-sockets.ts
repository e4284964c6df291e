import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type WebSocket } from 'ws';
import { HttpError } from '../http/http-error.ts';
import type { Guard } from '../http/guard.ts';
import type { EventHub } from './event-hub.ts';
import { quietMs } from './event-text.ts';

export interface EventSocketTools {
  readonly hub: EventHub;
  readonly guard: Guard;
  /** Ends all of them. */
  readonly signal: AbortSignal;
}

export const eventPath = '/events';
const closingMs = 1000;
const goingAway = 1001;
const reasons: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  429: 'Too Many Requests',
  503: 'Service Unavailable',
};

/** The events over WebSocket: each is `{"id","event","args"}`. What clients send is ignored. */
export class EventSockets {
  readonly #tools: EventSocketTools;
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: 4096, perMessageDeflate: false });

  constructor(tools: EventSocketTools) {
    this.#tools = tools;
  }

  /** Whether a request that asks for an upgrade is for this; another one is answered as if it had not asked. */
  takes({ url = '', headers }: IncomingMessage): boolean {
    return headers.upgrade?.toLowerCase() === 'websocket' && addressOf(url).pathname === eventPath;
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on('error', () => socket.destroy());
    const refusal = this.#refusalOf(request);
    if (refusal !== undefined) return refuse(socket, refusal);
    const gone = new AbortController();
    const signal = AbortSignal.any([gone.signal, this.#tools.signal]);
    try {
      const events = this.#tools.hub.listen(lastIdOf(request), signal);
      socket.once('close', () => {
        gone.abort();
      });
      this.#server.handleUpgrade(request, socket, head, (client) => void serve(client, events, signal));
    } catch (error) {
      if (!(error instanceof HttpError)) throw error;
      refuse(socket, error);
    }
  }

  #refusalOf(request: IncomingMessage): HttpError | undefined {
    const { guard } = this.#tools;
    if (!this.takes(request)) return new HttpError(400, 'only /events can be upgraded, to websocket');
    const query = Object.fromEntries(addressOf(request.url ?? '').searchParams);
    const head = { headers: request.headers, ip: request.socket.remoteAddress ?? '', query };
    return guard.checkOrigin(request.headers) ?? guard.checkHead(head, { isOpen: false });
  }
}

/** Until the client has gone, or the server ends. */
async function serve(client: WebSocket, events: ReturnType<EventHub['listen']>, signal: AbortSignal): Promise<void> {
  client.on('error', () => {
    client.terminate();
  });
  const beat = heartbeat(client);
  try {
    for await (const event of events) await sent(client, JSON.stringify(event));
  } finally {
    clearInterval(beat);
    if (signal.aborted) client.close(goingAway, 'the server ends');
    setTimeout(() => {
      client.terminate();
    }, closingMs).unref();
  }
}

/** Ends a client that does not answer any more. */
function heartbeat(client: WebSocket): NodeJS.Timeout {
  let isAlive = true;
  client.on('pong', () => (isAlive = true));
  return setInterval(() => {
    if (!isAlive) return client.terminate();
    isAlive = false;
    client.ping();
  }, quietMs);
}

/** Resolves also when the client has gone, which the signal tells. */
async function sent(client: WebSocket, text: string): Promise<void> {
  await new Promise<void>((resolve) => {
    client.send(text, () => {
      resolve();
    });
  });
}

/** Browsers cannot set a header here. */
function lastIdOf({ headers, url = '' }: IncomingMessage): string | undefined {
  const header = headers['last-event-id'];
  return typeof header === 'string' ? header : (addressOf(url).searchParams.get('lastEventId') ?? undefined);
}

/** Nonsense has the path `/`. */
function addressOf(url: string): URL {
  return URL.parse(url, 'http://server') ?? new URL('http://server');
}

function refuse(socket: Duplex, { status, message, headers }: HttpError): void {
  const more = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  const body = JSON.stringify({ statusCode: status, message, errors: [] });
  socket.end(
    `HTTP/1.1 ${String(status)} ${reasons[status] ?? 'Error'}\r\n${more.join('')}Content-Type: application/json\r\n` +
      `Content-Length: ${String(Buffer.byteLength(body))}\r\nConnection: close\r\n\r\n${body}`,
    () => socket.destroy(),
  );
}
