import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dockerops } from '../support/cli.ts';
import { blocksOf } from '../support/doc-blocks.ts';
import { dockerExec } from '../support/docker.ts';
import type { Host } from '../support/hosts.ts';
import { busyboxLayer, ensureTestImage, findTestEngine, testImage } from '../support/real-engine.ts';
import { PrivateRegistry } from '../support/registry.ts';
import { TestServe } from '../support/serve.ts';
import { run, TestSwarm } from '../support/swarm.ts';

const shell = promisify(execFile);
const token = '4jrs8-534js-345ds-3lrd0';

describe('serve on a Swarm', function () {
  this.timeout(240_000);
  const swarm = new TestSwarm(`dops-test-serve-${randomBytes(3).toString('hex')}`);
  const data = mkdtempSync(join(tmpdir(), 'dockerops-serve-'));
  let leader: Host;
  let worker: Host;
  let server: TestServe;
  const start = (): TestServe => new TestServe(['--host', leader.engine, '--data', data], { TOKEN: token });

  before(async function () {
    const here = await findTestEngine();
    if (here === undefined) return this.skip();
    await ensureTestImage(here);
    leader = await swarm.open([]);
    server = await start().ready();
  });
  after(async () => {
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- skipped without an engine
    await server?.end('SIGTERM');
    await swarm.close();
    rmSync(data, { recursive: true });
  });

  it('keeps a job waiting and says why, until a worker joins', async () => {
    const id = await server.run({ image: testImage, command: 'sleep 50' });
    const waiting = await server.until(id, ({ error }) => {
      expect(error).to.match(/no suitable node .*the Swarm has no worker/);
    });
    expect(waiting).to.include({ status: 'pending', state: 'pending' });
    worker = await swarm.start('worker-1', [testImage]);
    await dockerExec(worker.container, ['docker', 'tag', testImage, 'user/private-image']);
    const recipe = `printf 'FROM ${testImage}\\nRUN ln -s /bin/sleep /bin/node && ln -s 50 /tmp/x\\n'`;
    const built = await dockerExec(worker.container, ['sh', '-c', `${recipe} | docker build -q -t user/image -`]);
    expect(built.code, built.text).to.equal(0);
    await swarm.join(worker);
    const started = await server.until(id, ({ state }) => {
      expect(state).to.equal('started');
    });
    expect(started).to.include({ status: 'started', node: 'worker-1' }).and.not.have.property('error');
    expect((await server.ask('POST', '/stop', { id })).json).to.deep.equal({ success: true, id, status: 'shutdown' });
    await server.until(id, ({ status }) => {
      expect(status).to.equal('shutdown');
    });
  });

  it('answers the calls of the documentation', async () => {
    const calls = blocksOf('server.md').filter(({ kind, text }) => kind === 'curl' && text.includes(':9090'));
    expect(calls).to.have.length(4);
    const ask = async (text: string): Promise<Readonly<Record<string, unknown>>> => {
      const here = text.replaceAll('http://localhost:9090', server.url);
      return JSON.parse((await shell('sh', ['-c', `${here} -s`])).stdout) as Record<string, unknown>;
    };
    const [first, status, stop, login] = calls.map(({ text }) => text);
    const created = await ask(first ?? '');
    expect(created).to.include({ success: true, status: 'pending' });
    const id = String(created['id']);
    expect(await ask((status ?? '').replace('4k6ej6kuc67s55bbb5ufg5uao', id))).to.include({ success: true, id });
    const stopped = await ask((stop ?? '').replace(/a52f\w+/, id));
    expect(stopped).to.deep.equal({ success: true, id, status: 'shutdown' });
    const pulled = await ask(login ?? '');
    expect(pulled).to.include({ success: true });
    await server.until(String(pulled['id']), ({ state }) => {
      expect(state).to.equal('started');
    });
    await server.ask('POST', '/stop', { id: pulled['id'] });
  });

  it('lets the node pull from a private registry with the login of the job, which is then forgotten', async () => {
    const registry = new PrivateRegistry();
    await registry.open(await swarm.gateway());
    try {
      registry.add('team/tool', await busyboxLayer(), { Env: ['PATH=/bin'] });
      const image = `${registry.address}/team/tool:1`;
      const refused = await server.run({ image, command: 'true' });
      const failed = await server.until(refused, ({ state }) => {
        expect(state).to.equal('failed');
      });
      expect(failed['error']).to.match(/No such image|log in first|no basic auth|denied/);
      const id = await server.run({ image, command: 'sleep 60', auth: registry.auth });
      await server.until(id, ({ state, error }) => {
        expect([state, error]).to.deep.equal(['started', undefined]);
      });
      const copies = [registry.auth, registry.auth.replaceAll('=', ''), 'hush'];
      const file = readdirSync(data).map((name) => readFileSync(join(data, name)).toString('latin1'));
      const services = (await run(leader, 'service', 'ls', '-q')).split('\n');
      const shown = await run(leader, 'service', 'inspect', ...services);
      for (const text of [...file, shown, server.log, (await server.ask('GET', '/jobs')).text])
        for (const copy of copies) expect(text.includes(copy), copy).to.equal(false);
      await server.ask('POST', '/stop', { id });
    } finally {
      await registry.close();
    }
  });

  it('reports how a job ended, with what it printed', async () => {
    const good = await server.run({ image: testImage, command: `sh -c 'echo "one  two"; echo three >&2'` });
    const bad = await server.run({ image: testImage, command: `sh -c 'exit 3'` });
    const missing = await server.run({ image: 'nobody/has:1', command: 'true' });
    const over = async (id: string) =>
      server.until(id, ({ state }) => {
        expect(state).to.be.oneOf(['complete', 'failed']);
      });
    expect(await over(good)).to.include({ status: 'finished', state: 'complete', exitCode: 0 });
    expect(await over(bad)).to.include({ status: 'failed', exitCode: 3, error: 'task: non-zero exit (3)' });
    expect((await over(missing))['error']).to.match(/No such image/);
    expect((await server.ask('GET', `/jobs/${good}/logs`)).text.split('\n').sort()).to.deep.equal([
      '',
      'one  two',
      'three',
    ]);
  });

  it('follows what a job prints until its end', async () => {
    const command = `sh -c 'for i in 1 2 3; do echo line $i; sleep 1; done'`;
    const id = await server.run({ image: testImage, command });
    expect((await server.ask('GET', `/jobs/${id}/logs?follow=true`)).text).to.equal('line 1\nline 2\nline 3\n');
  });

  it('ends a job at its time limit, by SIGINT', async () => {
    const command = `sh -c 'trap "echo interrupted; exit 1" INT; while true; do sleep 1; done'`;
    const id = await server.run({ image: testImage, command, timeout: 2 });
    const end = await server.until(id, ({ state }) => {
      expect(state).to.equal('failed');
    });
    expect(end['error']).to.equal('it took longer than 2 s');
  });

  it('reserves memory: a job that no node has room for waits', async () => {
    const id = await server.run({ image: testImage, command: 'true', memory: 1_000_000 });
    await server.until(id, ({ error }) => {
      expect(error).to.match(/^no suitable node \(.*insufficient resources/);
    });
    await server.ask('POST', '/stop', { id });
  });

  it('refuses a name that is taken, by a job or by a service of somebody else', async () => {
    const id = await server.run({ image: testImage, command: 'sleep 50', name: 'taken' });
    await run(leader, 'service', 'create', '-d', '--name', 'foreign', '--replicas', '0', testImage);
    for (const name of ['taken', 'foreign']) {
      const { status, json } = await server.ask('POST', '/run', { image: testImage, command: 'true', name });
      expect([status, json['error']]).to.deep.equal([409, `name ${name} is taken`]);
    }
    await server.ask('POST', '/stop', { id });
  });

  it('is used from the command line', async () => {
    const environment = { DOCKEROPS_SERVER: server.url, DOCKEROPS_TOKEN: token };
    const jobs = async (...words: readonly string[]) => dockerops(['jobs', ...words], { cwd: data, environment });
    const command = ['sh', '-c', 'echo "a  b"; exit 3'];
    const followed = await jobs('run', '--follow', '--name', 'cli', '--env', 'A=b', testImage, '--', ...command);
    expect([followed.code, followed.stdout]).to.deep.equal([3, 'a  b\n']);
    expect(followed.stderr).to.include('task: non-zero exit (3)');
    expect((await jobs('ls', '--state', 'failed')).stdout).to.match(/cli +dops-test\/busybox:latest .*failed/);
    expect((await jobs('logs', 'cli')).stdout).to.equal('a  b\n');
    expect((await jobs('stop', 'cli')).stdout).to.equal('cli stopped\n');
    const none = await jobs('logs', 'nobody');
    expect([none.code, none.stderr.split('\n')[0]]).to.deep.equal([2, 'error: there is no job nobody']);
    const wrong = await dockerops(['jobs', 'ls'], { cwd: data, environment: { DOCKEROPS_SERVER: server.url } });
    expect([wrong.code, wrong.stdout]).to.deep.equal([2, '']);
  });

  it('goes on after kill -9: ends are recorded, and nothing runs twice', async () => {
    const command = `sh -c 'sleep 1; echo ran'`;
    const ids = await Promise.all(Array.from({ length: 10 }, () => server.run({ image: testImage, command })));
    await server.end('SIGKILL');
    server = await start().ready();
    for (const id of ids) {
      const end = await server.until(id, ({ state }) => {
        expect(state).to.equal('complete');
      });
      expect(end).to.include({ exitCode: 0 });
      expect((await server.ask('GET', `/jobs/${id}/logs`)).text).to.equal('ran\n');
    }
  });

  it('answers statuses while the engine is away, and goes on when it is back', async () => {
    const id = await server.run({ image: testImage, command: 'sleep 3' });
    await server.until(id, ({ state }) => {
      expect(state).to.equal('started');
    });
    await dockerExec(leader.container, ['sh', '-c', 'kill -STOP $(pidof dockerd)']);
    const refused = await server.ask('POST', '/run', { image: testImage, command: 'true' });
    const read = await server.ask('GET', `/status/${id}`);
    await dockerExec(leader.container, ['sh', '-c', 'kill -CONT $(pidof dockerd)']);
    expect(refused.status).to.be.oneOf([200, 503]);
    expect(read.json).to.include({ success: true, state: 'started' });
    await server.until(id, ({ state }) => {
      expect(state).to.equal('complete');
    });
  });
});
