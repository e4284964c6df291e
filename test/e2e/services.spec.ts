import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dockerops } from '../support/cli.ts';
import { blocksOf } from '../support/doc-blocks.ts';
import { eventually } from '../support/eventually.ts';
import { TestServe } from '../support/serve.ts';

const shell = promisify(execFile);

/** The commands for services, on a server that records versions and runs nothing. */
describe('services of a server', function () {
  this.timeout(120_000);
  const data = mkdtempSync(join(tmpdir(), 'dockerops-services-'));
  let server: TestServe;
  before(async () => {
    server = new TestServe(['--data', data, '--nodeploy', '--also-listen', '127.0.0.1:0']);
    await eventually(() => server.url);
  });
  after(async () => {
    await server.end('SIGTERM');
    rmSync(data, { recursive: true });
  });

  const cli = (...words: readonly string[]) =>
    dockerops(words, { cwd: data, environment: { DOCKEROPS_SERVER: server.url } });

  it('are created, listed, shown, changed and removed', async () => {
    const flags = ['--port', '8080:9000', '--instances', '2', '--env', 'DB_PASSWORD=hunter2', '--env', 'MODE=live'];
    const created = await cli('services', 'create', 'api', 'user/api', '--description', 'An API', ...flags);
    expect([created.code, created.stdout]).to.deep.equal([0, 'api created; to run it: dockerops deploy api\n']);
    const [, row = ''] = (await cli('services', 'ls')).stdout.split('\n');
    expect(row.trim().split(/ {2,}/)).to.deep.equal(['api', 'user/api', '2', '8080:9000', 'An API']);
    const shown = (await cli('services', 'show', 'api')).stdout;
    expect(shown).to.include('running: no version').and.include('MODE=live').and.include('DB_PASSWORD=<secret>');
    expect(shown).not.to.include('hunter2');
    const set = await cli('services', 'set', 'api', '--instances', '3', '--public', '--no-auto-deploy');
    expect(set.code, set.stderr).to.equal(0);
    const document = JSON.parse((await cli('services', 'show', 'api', '--json')).stdout) as Record<string, unknown>;
    expect(document).to.deep.nested.include({
      'service.config.numInstances': 3,
      'service.config.publicFacing': true,
      'service.config.autoDeploy': false,
    });
    const asked = await cli('services', 'rm', 'api');
    expect(asked.code).to.equal(2);
    expect(asked.stderr).to.include('--yes');
    expect((await cli('services', 'rm', 'api', '--yes')).stdout).to.equal('api removed\n');
    expect((await cli('services', 'ls')).stdout).to.equal('no services\n');
  });

  it('are deployed and rolled back, with the plan of a dry run', async () => {
    await cli('services', 'create', 'web', 'user/web');
    const first = await cli('deploy', 'web', 'user/web:1', '--no-wait');
    expect([first.code, first.stdout]).to.deep.equal([0, 'web version 1: queued\n']);
    expect((await cli('deploy', 'web', '--dry-run')).code).to.equal(0);
    const back = await cli('rollback', 'web', '1', '--no-wait');
    expect([back.code, back.stdout]).to.deep.equal([0, 'web version 2: queued\n']);
    const none = await cli('rollback', 'web');
    expect(none.code).to.equal(2);
    expect(none.stderr).to.include('web has no version that ran before the one that runs');
    expect((await cli('deploy', 'nobody', 'x', '--no-wait')).stderr).to.include(
      'Service nobody is not in the service directory.',
    );
  });

  it('and what happens to them can be watched', async () => {
    let isSeen = false;
    const watching = dockerops(['events'], {
      cwd: data,
      environment: { DOCKEROPS_SERVER: server.url },
      onOutput: (_text, kill) => {
        isSeen = true;
        kill('SIGINT');
      },
    });
    await eventually(async () => {
      await server.ask('POST', '/services', { name: 'watched', dockerRepository: 'a/b' });
      await server.ask('DELETE', '/services/watched');
      if (!isSeen) throw new Error('nothing was seen yet');
    }, 20_000);
    const { stdout, stderr } = await watching;
    expect(stdout, stderr).to.match(/^service\.(create|del) .*watched/);
  });

  it('and what happens to them is told over WebSocket, too', async () => {
    const client = new WebSocket(`${server.url.replace('http', 'ws')}/events`);
    const message = new Promise((resolve) => {
      client.addEventListener('message', ({ data: text }) => {
        resolve(text);
      });
    });
    await new Promise((resolve) => {
      client.addEventListener('open', resolve);
    });
    await server.ask('POST', '/services', { name: 'heard', dockerRepository: 'a/b' });
    expect(await message).to.match(
      /^\{"id":"[0-9a-f]{8}-\d+","event":"service\.create","args":\[\{"name":"heard","dockerRepository":"a\/b"\}\]\}$/,
    );
    client.close();
  });

  it('are made and deployed as the guide says', async () => {
    const blocks = blocksOf('server.md');
    const calls = blocks.filter(({ kind, text }) => kind === 'curl' && text.includes(':9000'));
    expect(calls).to.have.length(2);
    const ask = async ({ text }: { readonly text: string }) =>
      (await shell('sh', ['-c', text.replaceAll('http://localhost:9000', server.url).replace('curl', 'curl -s')]))
        .stdout;
    const [create, deploy] = calls;
    const shown = blocks.find(({ text }) => text.startsWith('{"doc":{"name":"demo-api"'))?.text ?? '';
    expect(await ask(create ?? { text: '' })).to.equal(shown.trim());
    const answer = await ask(deploy ?? { text: '' });
    expect(answer)
      .to.match(/^HTTP\/1\.1 200 OK\r\n/)
      .and.to.match(/\r\nlocation: \/deployments\/[0-9a-f]{16}\r\n/i);
    expect(answer.split('\r\n\r\n')[1]).to.equal('{"statusCode":200}');
  });

  it('have no page where the API also listens', async () => {
    const urls = [...server.log.matchAll(/"url":"([^"]+)"/g)].map(([, url]) => url ?? '');
    expect(urls).to.have.length(2);
    expect((await fetch(`${urls[1] ?? ''}/`)).status).to.equal(404);
    expect((await fetch(`${urls[1] ?? ''}/services`)).status).to.equal(200);
  });
});
