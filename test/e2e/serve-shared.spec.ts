import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { balancerImage } from '../../src/lib/server/balancer/balancer-spec.ts';
import { buildUnitImage, ensureBalancerImage } from '../support/balancer.ts';
import { docker } from '../support/docker.ts';
import { findEtcd, startEtcd, type TestEtcd } from '../support/etcd.ts';
import { eventually } from '../support/eventually.ts';
import type { Host } from '../support/hosts.ts';
import { startLoad } from '../support/load.ts';
import { ensureTestImage, findTestEngine, testImage } from '../support/real-engine.ts';
import { TestServe } from '../support/serve.ts';
import { run, TestSwarm } from '../support/swarm.ts';

describe('two servers with one store', function () {
  this.timeout(240_000);
  const name = `dops-test-shared-${randomBytes(3).toString('hex')}`;
  const unitImage = `${name}/unit:latest`;
  const swarm = new TestSwarm(name);
  let etcd: TestEtcd;
  let leader: Host;
  let servers: TestServe[] = [];

  before(async function () {
    const here = await findTestEngine();
    const program = findEtcd('3.5');
    if (here === undefined || program === undefined) return this.skip();
    await ensureTestImage(here);
    await ensureBalancerImage();
    await buildUnitImage(unitImage);
    etcd = await startEtcd(program);
    leader = await swarm.open([testImage, balancerImage, unitImage]);
    servers = await Promise.all([1, 2].map(() => start()));
  });
  after(async () => {
    for (const server of servers) await server.end('SIGTERM');
    await swarm.close();
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- skipped without an engine
    await etcd?.[Symbol.asyncDispose]();
    await docker('rmi', unitImage).catch(() => {});
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

  const deploy = async (server: TestServe, service: string, ports: readonly object[]): Promise<void> => {
    const body = { name: service, dockerRepository: unitImage, publicFacing: true, ports };
    expect((await server.ask('POST', '/services', body)).status).to.equal(201);
    const hook = { serviceName: service, dockerRepository: unitImage, pushedAt: 1 };
    const { status, text } = await server.ask('POST', '/hooks/deploy?wait=true', hook);
    expect(status, text).to.equal(200);
    for (const port of ports.length > 1 ? [80, 8085] : [80]) {
      const load = startLoad({ address: leader.address, port, host: `${service}.paz`, kinds: ['short'] });
      const { answered, lost } = await load.stop();
      expect([answered.short > 0, lost]).to.deep.equal([true, []]);
    }
  };

  it('direct the balancers that the one before made, and more of them, when that is killed', async () => {
    const working = servers.find(isWorking)!;
    const other = servers.find((server) => server !== working)!;
    await deploy(working, 'web', [{ container: 9000 }]);
    await working.end('SIGKILL');
    await deploy(other, 'api', [{ container: 9000 }, { container: 9000, host: 8085 }]);
    servers = [other, await start()];
    for (const service of ['web', 'api']) await other.ask('DELETE', `/services/${service}`);
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
