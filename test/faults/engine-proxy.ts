import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { connect } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Fault } from './cases.ts';

export interface EngineProxy extends AsyncDisposable {
  /** For DOCKER_HOST. */
  readonly address: string;
}

const enginePath = '/var/run/docker.sock';
const page = '<html>please log in</html>';
const lie = `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: ${String(page.length)}\r\n\r\n${page}`;

/** The engine of this machine behind a socket that breaks in the way of the fault. The engine itself stays as it is. */
export async function proxyWith(fault: Fault): Promise<EngineProxy> {
  const directory = await mkdtemp(join(tmpdir(), 'dops-test-proxy-'));
  const path = join(directory, 'engine.sock');
  const sockets = new Set<Socket>();
  let requests = 0;
  const server = createServer((client) => {
    const engine = connect(enginePath);
    for (const socket of [client, engine]) {
      sockets.add(socket);
      socket.on('error', () => {}).on('close', () => sockets.delete(socket));
    }
    client.on('close', () => engine.destroy());
    client.on('data', (data) => {
      if (/^(?:GET|HEAD|POST|PUT|DELETE) \//.test(data.toString('latin1', 0, 10))) requests += 1;
      const isBroken = 'fromRequest' in fault && requests >= fault.fromRequest;
      if (!isBroken) engine.write(data);
      else if (fault.kind === 'cut') for (const socket of sockets) socket.destroy();
      else if (fault.kind === 'lie') client.write(lie);
    });
    engine.on('data', (data) => {
      if ('fromRequest' in fault && requests >= fault.fromRequest && fault.kind !== 'cut') return;
      setTimeout(() => client.write(data), fault.kind === 'slow' ? fault.answerMs : 0);
    });
    engine.on('end', () => client.end());
  });
  server.listen(path);
  await once(server, 'listening');
  return {
    address: `unix://${path}`,
    async [Symbol.asyncDispose]() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await rm(directory, { recursive: true });
    },
  };
}
