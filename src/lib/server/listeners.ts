import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../daemons/clock.ts';
import type { ListenAddress } from '../daemons/pages.ts';
import { OperationFailed, UserError } from '../errors.ts';

const limits = { headersTimeout: 10_000, requestTimeout: 20_000, keepAliveTimeout: 5000, maxConnections: 1024 };

/** How soon a connection is closed after its last answer, in milliseconds. */
const sweepMs = 50;

/** Connections that become something else than HTTP. */
interface Upgrades {
  takes(request: IncomingMessage): boolean;
  /** Also gets what it does not take, from a Node that cannot ask before. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void;
}

/** The addresses on which one application answers. */
export class Listeners {
  readonly #servers: Server[] = [];
  readonly #answer: RequestListener;
  #isClosing = false;
  readonly #upgrades: Upgrades | undefined;

  /** Without `upgrades`, a request that asks for one is answered as if it had not. */
  constructor(answer: RequestListener, upgrades?: Upgrades) {
    this.#answer = answer;
    this.#upgrades = upgrades;
  }

  /** Rejects when it cannot listen there. Resolves with the URL. `answer`: that of this address, if it has its own. */
  async open({ host, port }: ListenAddress, answer = this.#answer): Promise<string> {
    const server = Object.assign(this.#create(answer), limits);
    server.on('clientError', (_error, socket) => {
      refuse(socket);
    });
    server.listen(port, host);
    await once(server, 'listening').catch((cause: unknown) => {
      throw listenFailed(host, port, cause as NodeJS.ErrnoException);
    });
    this.#servers.push(server);
    if (this.#isClosing) server.close();
    const { address, port: opened } = server.address() as AddressInfo;
    return `http://${address.includes(':') ? `[${address}]` : address}:${String(opened)}`;
  }

  #create(answer: RequestListener): Server {
    const upgrades = this.#upgrades;
    const take: RequestListener = (request, response) => this.#take(answer, request, response);
    if (upgrades === undefined) return createServer(take);
    const server = createServer({ shouldUpgradeCallback: (request) => upgrades.takes(request) }, take);
    return server.on('upgrade', (request, socket, head) => {
      upgrades.accept(request, socket, head);
    });
  }

  /** From this moment no new request; what is being answered gets so many milliseconds. */
  async close(graceMs: number, clock: Clock): Promise<void> {
    this.#isClosing = true;
    const done = new AbortController();
    const closing = this.#servers.map(async (server) => {
      if (!server.listening) return;
      server.close();
      server.closeIdleConnections();
      await once(server, 'close');
    });
    const sweep = setInterval(() => this.#closeIdle(), sweepMs);
    await Promise.race([Promise.all(closing), clock.sleep(graceMs, done.signal)]);
    clearInterval(sweep);
    done.abort();
    for (const server of this.#servers) server.closeAllConnections();
    await Promise.all(closing);
  }

  #closeIdle(): void {
    for (const server of this.#servers) server.closeIdleConnections();
  }

  /** A connection that is kept may bring another request after the close. */
  #take(answer: RequestListener, request: IncomingMessage, response: ServerResponse): void {
    if (this.#isClosing) {
      response.writeHead(503, { connection: 'close', 'content-length': '0' }).end();
      return;
    }
    answer(request, response);
  }
}

/** With a listener for such errors Node leaves the socket open; a client that keeps its half must not hold a place. */
function refuse(socket: Duplex): void {
  const refusal = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';
  if (!socket.writable) socket.destroy();
  else socket.end(refusal, () => socket.destroy());
}

function listenFailed(host: string, port: number, cause: NodeJS.ErrnoException): Error {
  const reason = cause.code === 'EADDRINUSE' ? 'the port is in use' : String(cause);
  const Kind = cause.code === 'EACCES' ? UserError : OperationFailed;
  return new Kind(`--listen ${host}:${String(port)}: ${reason}`, {
    code: 'LISTEN',
    suggestions: [`choose another port, such as --listen 127.0.0.1:${String(port + 1)}`],
    cause,
  });
}
