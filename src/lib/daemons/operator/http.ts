import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OperationFailed, UserError } from '../../errors.ts';
import type { Metrics } from './metrics.ts';
import type { Status } from './status.ts';

type Page = (response: ServerResponse) => Promise<void> | void;

const silenceMs = 30_000;

/** Reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** What an operator tells about itself, read-only. */
export class OperatorHttp {
  readonly #server: Server;

  constructor(status: Status, metrics: Metrics) {
    const pages: Readonly<Record<string, Page>> = {
      '/api/state': (response) => {
        send(response, 200, 'application/json', `${JSON.stringify(status, undefined, 2)}\n`);
      },
      '/_health': (response) => {
        response.writeHead(status.isRunning ? 204 : 503).end();
      },
      '/metrics': async (response) => {
        send(response, 200, metrics.contentType, await metrics.text());
      },
    };
    this.#server = createServer((request, response) => {
      answer(pages, request, response).catch(() => {
        response.destroy();
      });
    });
    this.#server.headersTimeout = 10_000;
    this.#server.requestTimeout = 10_000;
    // Also of who asks and does not read: connections are few.
    this.#server.timeout = silenceMs;
    this.#server.maxConnections = 64;
  }

  /** Returns where it listens, which is told when the port was left to the system. */
  async listen(host: string, port: number): Promise<string> {
    this.#server.listen(port, host);
    await once(this.#server, 'listening').catch((cause: unknown) => {
      throw listenFailed(`--listen ${host}:${String(port)}`, cause as NodeJS.ErrnoException);
    });
    const { address, port: bound } = this.#server.address() as AddressInfo;
    return `http://${address.includes(':') ? `[${address}]` : address}:${String(bound)}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** That something else listens there, or that an address is not there yet, passes by itself; that we may not does not. */
function listenFailed(where: string, cause: NodeJS.ErrnoException): Error {
  const why = cause.code === 'EADDRINUSE' ? 'something listens there already' : String(cause);
  const Kind = cause.code === 'EACCES' ? UserError : OperationFailed;
  return new Kind(`${where}: ${why}`, {
    code: 'LISTEN',
    suggestions: ['take another: --listen 127.0.0.1:8001, or --listen off'],
    cause,
  });
}

async function answer(
  pages: Readonly<Record<string, Page>>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const path = (request.url ?? '').replace(/\?.*$/, '');
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
  if (page === undefined) {
    send(response, 404, 'application/json', `${JSON.stringify({ error: 'not found', pages: Object.keys(pages) })}\n`);
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('Allow', 'GET, HEAD');
    send(response, 405, 'application/json', '{"error":"only GET and HEAD"}\n');
    return;
  }
  await page(response);
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response
    .writeHead(status, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(text), 'Cache-Control': 'no-store' })
    .end(text);
}
