import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from 'node:events';

export interface EngineServer extends AsyncDisposable {
  readonly socket: string;
  readonly requests: string[];
  /** From now on it answers nothing. */
  mute(): void;
  /** Lets the process end while it listens. */
  unref(): void;
}

export type Reply = (request: IncomingMessage, response: ServerResponse) => void;

/** A server that answers like an engine, on a socket of its own. */
export async function serveEngine(
  replies: Readonly<Record<string, unknown>>,
  ping: Readonly<Record<string, string>> = { 'Api-Version': '1.41' },
): Promise<EngineServer> {
  const directory = await mkdtemp(join(tmpdir(), 'dockerops-engine-'));
  const socket = join(directory, 'engine.sock');
  const requests: string[] = [];
  let isMute = false;
  const server = createServer((request, response) => {
    const path = (request.url ?? '').replace(/^\/v[\d.]+/, '').replace(/\?.*/, '');
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    if (isMute) return;
    if (path === '/_ping') response.writeHead(200, ping).end('OK');
    else answer(replies[path], request, response);
  });
  server.listen(socket);
  await once(server, 'listening');
  return {
    socket,
    requests,
    mute: () => void (isMute = true),
    unref: () => void server.unref(),
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await rm(directory, { recursive: true });
    },
  };
}

function answer(reply: unknown, request: IncomingMessage, response: ServerResponse): void {
  if (typeof reply === 'function') (reply as Reply)(request, response);
  else if (reply === undefined) response.writeHead(404).end(JSON.stringify({ message: 'page not found' }));
  else response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(reply));
}
