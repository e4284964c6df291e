import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface CountingProxy {
  readonly port: number;
  /** Number of requests since the last reset, by `GET /v1/kv`. */
  readonly requests: ReadonlyMap<string, number>;
  reset(): void;
  close(): void;
}

type Target = { readonly socketPath: string } | { readonly host: string; readonly port: number };

/** Forwards requests unchanged and counts them by method and the first parts of their path. */
export async function countingProxy(target: Target): Promise<CountingProxy> {
  const requests = new Map<string, number>();
  const server = createServer((question, answer) => {
    const path = (question.url ?? '').replace(/\?.*/, '');
    const name = `${question.method ?? ''} ${path.split('/').slice(0, 4).join('/')}`;
    requests.set(name, (requests.get(name) ?? 0) + 1);
    const onward = request(
      { ...target, method: question.method, path: question.url, headers: question.headers },
      (response) => {
        answer.writeHead(response.statusCode ?? 500, response.headers);
        answer.flushHeaders();
        response.pipe(answer);
      },
    );
    onward.on('error', () => answer.destroy());
    answer.on('close', () => onward.destroy());
    question.pipe(onward);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    reset: () => {
      requests.clear();
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
