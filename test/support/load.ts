import { Agent, request, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';

/** Constant requests from this machine to units of `unit-program.py`, until it is stopped. */
export interface LoadTarget {
  /** Absent: 127.0.0.1. */
  readonly address?: string;
  readonly port: number;
  /** The `Host` of the requests. */
  readonly host: string;
  /** At once, of each kind of requests. */
  readonly clients?: number;
  /** Absent: all. */
  readonly kinds?: readonly LoadKind[];
}

interface LoadResult {
  /** Kind to how many were answered as they have to be. */
  readonly answered: Readonly<Record<LoadKind, number>>;
  /** What became of each of the others, in the order in which they were lost. */
  readonly lost: readonly string[];
  /** Names of the units that answered. */
  readonly units: ReadonlySet<string>;
}

export interface Load {
  stop(): Promise<LoadResult>;
}

type LoadKind = 'keepAlive' | 'short' | 'websocket' | 'upload';
type Once = (target: LoadTarget, number: number) => Promise<string>;

const kinds: Readonly<Record<LoadKind, (target: LoadTarget) => Once>> = {
  keepAlive: () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    return (target, number) => get(target, number, agent);
  },
  short: () => (target, number) => get(target, number, false),
  websocket: () => websocket,
  upload: () => upload,
};

const pauseMs = 5;
const limitMs = 20_000;

/** Each client has its next request when the last one is answered. */
export function startLoad(target: LoadTarget): Load {
  const stop = new AbortController();
  const answered = { keepAlive: 0, short: 0, websocket: 0, upload: 0 };
  const lost: string[] = [];
  const units = new Set<string>();
  const client = async (kind: LoadKind): Promise<void> => {
    const once = kinds[kind](target);
    for (let number = 1; !stop.signal.aborted; number += 1) {
      try {
        units.add(await inTime(once(target, number)));
        answered[kind] += 1;
      } catch (error) {
        lost.push(`${new Date().toISOString()} ${kind} ${String(number)}: ${String(error)}`);
      }
      await delay(pauseMs);
    }
  };
  const clients = (target.kinds ?? (Object.keys(kinds) as LoadKind[])).flatMap((kind) =>
    Array.from({ length: target.clients ?? 2 }, () => client(kind)),
  );
  return {
    stop: async () => {
      stop.abort();
      await Promise.all(clients);
      return { answered, lost, units };
    },
  };
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  const stop = new AbortController();
  const late = delay(limitMs, undefined, { signal: stop.signal }).then(() => {
    throw new Error(`no answer within ${String(limitMs / 1000)} s`);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    stop.abort();
    late.catch(() => {});
  }
}

/** Resolves with the name of the unit. */
async function get(target: LoadTarget, number: number, agent: Agent | false): Promise<string> {
  const path = `/${String(number)}`;
  const answer = await answerOf(request({ ...addressOf(target), path, agent }), (sent) => void sent.end());
  return unitIn(answer, path);
}

/** Two seconds for a thousand bytes. */
async function upload(target: LoadTarget): Promise<string> {
  const pieces = 20;
  const piece = 'x'.repeat(50);
  const headers = { ...addressOf(target).headers, 'content-length': String(pieces * piece.length) };
  const sent = request({ ...addressOf(target), headers, method: 'POST', path: '/upload', agent: false });
  const answer = await answerOf(sent, async () => {
    for (let index = 0; index < pieces; index += 1) {
      sent.write(piece);
      await delay(100);
    }
    sent.end();
  });
  return unitIn(answer, String(pieces * piece.length));
}

/** Ten messages in a second, each of which comes back. */
async function websocket(target: LoadTarget, number: number): Promise<string> {
  const socket = await upgraded(target);
  try {
    for (let index = 0; index < 10; index += 1) {
      const message = `${String(number)}.${String(index)}`;
      const echo = nextFrame(socket);
      socket.write(frameOf(message));
      const received = await echo;
      if (received !== message) throw new Error(`"${received}" in answer to "${message}"`);
      await delay(100);
    }
    return '';
  } finally {
    socket.destroy();
  }
}

async function upgraded(target: LoadTarget): Promise<Socket> {
  const { promise, resolve, reject } = Promise.withResolvers<Socket>();
  const key = Buffer.from('0123456789abcdef').toString('base64');
  const headers = {
    ...addressOf(target).headers,
    connection: 'Upgrade',
    upgrade: 'websocket',
    'sec-websocket-key': key,
    'sec-websocket-version': '13',
  };
  const sent = request({ ...addressOf(target), headers, path: '/', agent: false });
  sent.on('upgrade', (_, socket) => resolve(socket));
  sent.on('response', ({ statusCode }) => reject(new Error(`status ${String(statusCode)} instead of an upgrade`)));
  sent.on('error', reject);
  sent.end();
  return promise;
}

/** Masked with zeros, as a client's have to be. */
function frameOf(message: string): Buffer {
  const body = Buffer.from(message);
  return Buffer.concat([Buffer.from([0x81, 0x80 | body.length, 0, 0, 0, 0]), body]);
}

async function nextFrame(socket: Socket): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  let received = Buffer.alloc(0);
  const read = (chunk: Buffer): void => {
    received = Buffer.concat([received, chunk]);
    const length = received[1] ?? Infinity;
    if (received.length >= 2 + length) resolve(received.subarray(2, 2 + length).toString());
  };
  const closed = (): void => reject(new Error('the websocket was closed'));
  socket.on('data', read).once('close', closed).once('error', reject);
  try {
    return await promise;
  } finally {
    socket.off('data', read).off('close', closed).off('error', reject);
  }
}

function addressOf({ address = '127.0.0.1', port, host }: LoadTarget): {
  host: string;
  port: number;
  headers: Record<string, string>;
} {
  return { host: address, port, headers: { host } };
}

async function answerOf(sent: ClientRequest, send: (sent: ClientRequest) => Promise<void> | void): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>();
  sent.on('response', resolve).on('error', reject);
  const sending = Promise.resolve(send(sent));
  const response = await promise;
  const body = await text(response);
  await sending;
  if (response.statusCode !== 200) throw new Error(`status ${String(response.statusCode)}: ${body.trim()}`);
  return body;
}

/** Of an answer `<unit> <rest>`. */
function unitIn(answer: string, rest: string): string {
  const [unit = '', said] = answer.split(' ');
  if (said !== rest) throw new Error(`"${answer}" instead of the unit and "${rest}"`);
  return unit;
}
