import { expect } from 'chai';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { get } from 'node:http';
import { buffer } from 'node:stream/consumers';
import type { IncomingMessage } from 'node:http';
import { once } from 'node:events';
import { systemClock } from '../../../../src/lib/daemons/clock.ts';
import { Listeners } from '../../../../src/lib/server/listeners.ts';
import { PageFiles } from '../../../../src/lib/server/page/page-files.ts';

describe('the files of the page', () => {
  const directory = mkdtempSync(join(tmpdir(), 'dockerops-page-files-'));
  let listeners: Listeners;
  let url: string;
  before(async () => {
    writeFileSync(join(directory, 'index.html'), '<!doctype html>');
    writeFileSync(join(directory, 'main-ABC.js'), 'x'.repeat(1000));
    const files = new PageFiles(directory);
    listeners = new Listeners((_request, response) => void response.writeHead(404).end());
    url = await listeners.open({ host: '127.0.0.1', port: 0 }, (request, response) => {
      if (!files.answer(request, response)) response.writeHead(404).end();
    });
  });
  after(async () => {
    await listeners.close(1000, systemClock);
    rmSync(directory, { recursive: true });
  });

  const ask = async (path: string, headers: Record<string, string> = {}) => {
    const [answer] = (await once(get(`${url}${path}`, { headers }), 'response')) as [IncomingMessage];
    return { status: answer.statusCode, headers: answer.headers, body: await buffer(answer) };
  };

  it('are answered without anything from elsewhere, and asked for again when they change', async () => {
    const { status, headers, body } = await ask('/');
    expect([status, body.toString()]).to.deep.equal([200, '<!doctype html>']);
    expect(headers['content-security-policy']).to.match(/^default-src 'self'/);
    expect(headers['cache-control']).to.equal('no-cache');
    expect((await ask('/', { 'if-none-match': headers.etag ?? '' })).status).to.equal(304);
  });

  it('are compressed for those who take it, and kept where the name has the hash of the content', async () => {
    const { headers, body } = await ask('/page/main-ABC.js', { 'accept-encoding': 'gzip, br' });
    expect(headers).to.include({ 'content-encoding': 'gzip', 'content-type': 'text/javascript; charset=utf-8' });
    expect(headers['cache-control']).to.include('immutable');
    expect(gunzipSync(body).length).to.equal(1000);
  });

  it('are all that can be read', async () => {
    for (const path of ['/page/../package.json', '/page/', '/page/index.html', '/page/x.js'])
      expect((await ask(path)).status, path).to.equal(404);
  });
});
