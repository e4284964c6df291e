import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { findEtcd, startEtcd, type TestEtcd } from '../support/etcd.ts';
import { eventually } from '../support/eventually.ts';
import type { Host } from '../support/hosts.ts';
import { ensureTestImage, findTestEngine, testImage } from '../support/real-engine.ts';
import { TestServe } from '../support/serve.ts';
import { run, TestSwarm } from '../support/swarm.ts';

describe('two servers with one store', function () {
  this.timeout(240_000);
  const swarm = new TestSwarm(`dops-test-shared-${randomBytes(3).toString('hex')}`);
  let etcd: TestEtcd;
  let leader: Host;
  let servers: TestServe[] = [];

  before(async function () {
    const here = await findTestEngine();
    const program = findEtcd('3.5');
    if (here === undefined || program === undefined) return this.skip();
    await ensureTestImage(here);
    etcd = await startEtcd(program);
    leader = await swarm.open([testImage]);
    servers = await Promise.all([1, 2].map(() => start()));
  });
  after(async () => {
    for (const server of servers) await server.end('SIGTERM');
    await swarm.close();
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- skipped without an engine
    await etcd?.[Symbol.asyncDispose]();
  });

  const start = (): Promise<TestServe> => {
    const { host, port } = etcd.endpoint(0);
    const store = `etcd://${host}:${String(port)}/dockerops/test`;
    return new TestServe(['--host', leader.engine, '--jobs-on', 'any', '--store', store], { TOKEN: 'shared' }).ready();
  };
  const complete = ({ state }: Readonly<Record<string, unknown>>): void => {
    expect(state).to.equal('complete');
  };
  const isWorking = (server: TestServe): boolean => server.log.includes('this server works now');

  it('answer for the jobs of each other, and each job runs once', async () => {
    const [a, b] = servers as [TestServe, TestServe];
    const request = { image: testImage, command: 'echo ran' };
    const ids = await Promise.all(Array.from({ length: 12 }, (_, index) => [a, b][index % 2]!.run(request)));
    for (const id of ids) {
      await a.until(id, complete);
      await b.until(id, complete);
      expect((await b.ask('GET', `/jobs/${id}/logs`)).text).to.equal('ran\n');
    }
    expect(servers.filter(isWorking)).to.have.length(1);
  });

  it('decide a race for a name once', async () => {
    const request = { image: testImage, command: 'sleep 60', name: 'same' };
    const answers = await Promise.all(servers.map((server) => server.ask('POST', '/run', request)));
    expect(answers.map(({ status }) => status).toSorted()).to.deep.equal([200, 409]);
    const { id } = answers.find(({ status }) => status === 200)?.json ?? {};
    await servers[0]!.ask('POST', '/stop', { id });
  });

  it('go on with what the one that worked had begun, when that is killed', async () => {
    const working = servers.find(isWorking)!;
    const other = servers.find((server) => server !== working)!;
    const command = `sh -c 'sleep 2; echo ran'`;
    const ids = await Promise.all(Array.from({ length: 6 }, () => other.run({ image: testImage, command })));
    await working.end('SIGKILL');
    for (const id of ids) {
      await other.until(id, complete);
      expect((await other.ask('GET', `/jobs/${id}/logs`)).text).to.equal('ran\n');
    }
    servers = [other, await start()];
  });

  it('read on while etcd is away, and refuse what writes within a second', async () => {
    const [a] = servers as [TestServe];
    const id = await a.run({ image: testImage, command: 'true' });
    await a.until(id, complete);
    await etcd.kill();
    const begin = performance.now();
    const refused = await a.ask('POST', '/run', { image: testImage, command: 'true' });
    expect([refused.status, performance.now() - begin < 1000]).to.deep.equal([503, true]);
    expect((await a.ask('GET', `/status/${id}`)).json).to.include({ state: 'complete' });
    await etcd.start();
    const next = await eventually(() => a.run({ image: testImage, command: 'true' }), 30_000);
    await a.until(next, complete, 60_000);
    expect(await run(leader, 'service', 'ls', '-q')).not.to.equal('');
  });
});
