import { expect } from 'chai';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { systemClock } from '../../../src/lib/daemons/clock.ts';
import { Listeners } from '../../../src/lib/server/listeners.ts';

describe('the listeners of the server', () => {
  let listeners: Listeners;
  let client: Socket;
  beforeEach(async () => {
    listeners = new Listeners((_request, response) => response.end());
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
});
