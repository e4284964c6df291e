import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { ConsulHttp } from '../../src/lib/directories/consul/http.ts';

export interface ServedConsul extends Disposable {
  readonly http: ConsulHttp;
}

/** A server that answers in the place of Consul, with a client of it. */
export async function serveConsul(
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<ServedConsul> {
  const server = createServer(answer);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const http = new ConsulHttp({ secure: false, host: '127.0.0.1', port });
  return {
    http,
    [Symbol.dispose]() {
      http[Symbol.dispose]();
      server.closeAllConnections();
      server.close();
    },
  };
}
