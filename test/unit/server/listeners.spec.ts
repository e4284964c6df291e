import { expect } from 'chai';
import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { connect, type Socket } from 'node:net';
import { systemClock } from '../../../src/lib/daemons/clock.ts';
import { Listeners } from '../../../src/lib/server/listeners.ts';

describe('the listeners of the server', () => {
  let listeners: Listeners;
  let client: Socket;
  let answer: (response: ServerResponse) => void;
  beforeEach(async () => {
    answer = (response) => response.end();
    listeners = new Listeners((_request, response) => answer(response));
    const url = new URL(await listeners.open({ host: '127.0.0.1', port: 0 }));
    client = connect({ host: url.hostname, port: Number(url.port), allowHalfOpen: true });
    client.on('error', () => {});
  });
  afterEach(async () => {
    client.destroy();
    await listeners.close(0, systemClock);
  });

  it('close the connection of a client that sends nonsense, although it keeps its half open', async () => {
    let text = '';
    client.on('data', (chunk: Buffer) => (text += chunk.toString()));
    client.write('nonsense\r\n\r\n');
    await once(client, 'end');
    expect(text).to.match(/^HTTP\/1\.1 400 /);
    while (!client.destroyed) {
      client.write('more');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  });

  it('take no request any more as soon as they close, also on a connection that is kept', async () => {
    const { promise, resolve } = Promise.withResolvers<ServerResponse>();
    answer = resolve;
    let text = '';
    client.on('data', (chunk: Buffer) => (text += chunk.toString()));
    const request = 'GET / HTTP/1.1\r\nHost: localhost\r\n\r\n';
    client.write(request);
    const running = await promise;
    const closed = listeners.close(10_000, systemClock);
    answer = (response) => response.end('new');
    const other = connect({ host: client.remoteAddress ?? '', port: client.remotePort ?? 0 });
    const [error] = (await once(other, 'error')) as [NodeJS.ErrnoException];
    expect(error.code).to.equal('ECONNREFUSED');
    client.write(request);
    running.end('old');
    await closed;
    if (!client.readableEnded) await once(client, 'end');
    expect(text)
      .to.match(/^HTTP\/1\.1 200 OK\r\n/)
      .and.include('old');
    expect(text).not.to.include('new');
  });
});
