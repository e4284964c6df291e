import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cutAt } from '../cut-text.ts';
import { OperationFailed, UserError } from '../errors.ts';
import type { Log } from './log.ts';

/** What the pages of a daemon show; each is read when somebody asks. Nothing in it may be secret. */
export interface PageSources {
  /** The JSON document of `/api/state`. */
  readonly state: () => unknown;
  /** Whether `/_health` answers 204, else 503. */
  readonly isHealthy: () => boolean;
  /** The text of `/metrics`. */
  readonly metrics: { readonly contentType: string; text(): Promise<string> };
}

export interface ListenAddress {
  readonly host: string;
  /** 0: a free one. */
  readonly port: number;
}

export interface OpenPages {
  readonly url: string;
  close(): void;
}

type Page = (response: ServerResponse) => Promise<void> | void;
type Pages = Readonly<Record<string, Page>>;

const limits = { headersTimeout: 10_000, requestTimeout: 10_000, timeout: 30_000, maxConnections: 64 };

/** Whether an address is reached from this machine alone. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/** Serves the read-only pages of a daemon, without a password. Rejects when it cannot listen there. */
export async function openPages(
  sources: PageSources,
  { host, port }: ListenAddress,
  log: Pick<Log, 'warn'>,
): Promise<OpenPages> {
  if (!isLoopback(host))
    log.warn({ listen: host }, 'the pages of --listen have no password and can be read from other machines');
  const server = pageServer(pagesOf(sources));
  server.listen(port, host);
  await once(server, 'listening').catch((cause: unknown) => {
    throw listenFailed(host, port, cause as NodeJS.ErrnoException);
  });
  return {
    url: urlOf(server.address() as AddressInfo),
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function pagesOf({ state, isHealthy, metrics }: PageSources): Pages {
  return {
    '/api/state': (response) => {
      send(response, 200, 'application/json', `${JSON.stringify(state(), undefined, 2)}\n`);
    },
    '/_health': (response) => {
      response.writeHead(isHealthy() ? 204 : 503).end();
    },
    '/metrics': async (response) => {
      send(response, 200, metrics.contentType, await metrics.text());
    },
  };
}

/** Connections are few and short: one that asks and does not read ends like one that does not ask. */
function pageServer(pages: Pages): Server {
  const server = createServer((request, response) => {
    answer(pages, request, response).catch(() => {
      response.destroy();
    });
  });
  return Object.assign(server, limits);
}

function urlOf({ address, port }: AddressInfo): string {
  return `http://${address.includes(':') ? `[${address}]` : address}:${String(port)}`;
}

/** A port in use, or an address that is not configured yet, may pass; a port that we may not use does not. */
function listenFailed(host: string, port: number, cause: NodeJS.ErrnoException): Error {
  const reason = cause.code === 'EADDRINUSE' ? 'the port is in use' : String(cause);
  const Kind = cause.code === 'EACCES' ? UserError : OperationFailed;
  return new Kind(`--listen ${host}:${String(port)}: ${reason}`, {
    code: 'LISTEN',
    suggestions: [`choose another port, such as --listen 127.0.0.1:${String(port + 1)}, or --listen off`],
    cause,
  });
}

async function answer(pages: Pages, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = cutAt(request.url ?? '', '?');
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
