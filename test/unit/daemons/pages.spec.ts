import { expect } from 'chai';
import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { isLoopback, openPages, type OpenPages } from '../../../src/lib/daemons/pages.ts';
import { DockeropsError } from '../../../src/lib/errors.ts';

describe('the pages of a daemon', () => {
  const metrics = { contentType: 'text/plain; version=0.0.4', text: async () => 'up 1\n' };
  let isHealthy: boolean;
  let warnings: string[];
  let pages: OpenPages | undefined;

  beforeEach(() => {
    [isHealthy, warnings] = [true, []];
  });
  afterEach(() => pages?.close());

  async function open(host = '127.0.0.1', port = 0): Promise<OpenPages> {
    const sources = { state: () => ({ state: 'Running' }), isHealthy: () => isHealthy, metrics };
    const log = { warn: (_fields: unknown, text: string) => warnings.push(text) } as never;
    pages = await openPages(sources, { host, port }, log);
    return pages;
  }

  it('show state, health and metrics as they are when asked', async () => {
    const { url } = await open();
    const state = await fetch(`${url}/api/state?x=1`);
    expect([state.headers.get('content-type'), await state.json()]).to.deep.equal([
      'application/json',
      { state: 'Running' },
    ]);
    expect((await fetch(`${url}/_health`)).status).to.equal(204);
    isHealthy = false;
    expect((await fetch(`${url}/_health`)).status).to.equal(503);
    expect(await (await fetch(`${url}/metrics`)).text()).to.equal('up 1\n');
    expect(warnings).to.deep.equal([]);
  });

  it('are few, and read only', async () => {
    const { url } = await open();
    for (const path of ['/', '/constructor']) expect((await fetch(url + path)).status).to.equal(404);
    const posted = await fetch(`${url}/api/state`, { method: 'POST' });
    expect([posted.status, posted.headers.get('allow')]).to.deep.equal([405, 'GET, HEAD']);
  });

  it('are warned of where other machines can read them', async () => {
    await open('0.0.0.0');
    expect(warnings).to.deep.equal(['the pages of --listen have no password and can be read from other machines']);
    expect(['127.0.0.1', '127.8.0.1', '::1', 'localhost'].map(isLoopback)).to.deep.equal([true, true, true, true]);
    expect(['0.0.0.0', '::', '10.0.0.5', '127.example.org', 'web-1'].filter(isLoopback)).to.deep.equal([]);
  });

  it('cannot be opened on a port in use, which may pass: exit code 1, with a port to try', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const { port } = other.address() as AddressInfo;
    const failure = await open('127.0.0.1', port).catch((error: unknown) => error);
    other.close();
    if (!(failure instanceof DockeropsError)) throw new Error('it could be opened');
    expect([failure.exitCode, failure.message]).to.deep.equal([
      1,
      `--listen 127.0.0.1:${String(port)}: the port is in use`,
    ]);
    expect(failure.suggestions[0]).to.contain(`127.0.0.1:${String(port + 1)}`);
  });
});
