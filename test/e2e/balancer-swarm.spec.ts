import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { balancerImage } from '../../src/lib/server/balancer/balancer-spec.ts';
import { buildUnitImage, ensureBalancerImage } from '../support/balancer.ts';
import { docker } from '../support/docker.ts';
import { eventually } from '../support/eventually.ts';
import type { Host } from '../support/hosts.ts';
import { startLoad } from '../support/load.ts';
import { findTestEngine } from '../support/real-engine.ts';
import { TestServe, type ServeAnswer } from '../support/serve.ts';
import { run, TestSwarm } from '../support/swarm.ts';

type Json = Readonly<Record<string, unknown>>;

describe('balancers of serve on a Swarm of two hosts', function () {
  this.timeout(600_000);
  const name = `dops-test-lbs-${randomBytes(3).toString('hex')}`;
  const [right, wrong] = [`${name}/unit:latest`, `${name}/fails:latest`];
  const swarm = new TestSwarm(name);
  const data = mkdtempSync(join(tmpdir(), 'dockerops-balancer-'));
  let hosts: readonly Host[] = [];
  let server: TestServe | undefined;

  before(async function () {
    if ((await findTestEngine()) === undefined) return this.skip();
    await ensureBalancerImage();
    await buildUnitImage(right);
    await buildUnitImage(wrong, { FAILS: 'yes' });
    const leader = await swarm.open([balancerImage, right, wrong]);
    const worker = await swarm.start('worker-1', [balancerImage, right, wrong]);
    await swarm.join(worker);
    hosts = [leader, worker];
    server = await new TestServe(['--host', leader.engine, '--data', data, '--deploy-timeout', '120s']).ready();
  });
  after(async () => {
    if (server === undefined) return;
    await server.end('SIGTERM');
    await swarm.close();
    await docker('rmi', right, wrong);
    rmSync(data, { recursive: true });
  });

  const ask = async (method: string, path: string, body?: Json): Promise<ServeAnswer> =>
    server?.ask(method, path, body) ?? expect.fail('the server does not run');
  const create = async (service: string, more: Json = {}): Promise<void> => {
    const ports = [{ container: 9000 }];
    const body = { name: service, dockerRepository: right, publicFacing: true, ports, ...more };
    expect((await ask('POST', '/services', body)).status).to.equal(201);
  };
  const deploy = async (service: string, image: string): Promise<ServeAnswer> =>
    ask('POST', '/hooks/deploy?wait=true', { serviceName: service, dockerRepository: image, pushedAt: 1 });
  const leader = (): Host => hosts[0] ?? expect.fail('there is no host');
  const balancers = (): Promise<string> => run(leader(), 'service', 'ps', '-q', 'dockerops-balancer-80');

  it('answer on every host and lose no request while versions, one of which fails, and services come', async () => {
    await create('web', { numInstances: 2 });
    const first = await deploy('web', right);
    expect(first.status, first.text).to.equal(200);
    const before = await balancers();
    const loads = hosts.map(({ address }) => startLoad({ address, port: 80, host: 'web.paz' }));
    const statuses: number[] = [];
    for (const image of [right, wrong]) statuses.push((await deploy('web', image)).status);
    await create('api');
    statuses.push((await deploy('api', right)).status, (await deploy('web', right)).status);
    const results = await Promise.all(loads.map((load) => load.stop()));
    expect(statuses).to.deep.equal([200, 500, 200, 200]);
    for (const { lost, answered } of results) {
      console.log(`      answered: ${JSON.stringify(answered)}`);
      expect(lost).to.deep.equal([]);
    }
    expect(await balancers()).to.equal(before);
  });

  it('are told in figures of both hosts', async () => {
    await eventually(async () => {
      const list = (await ask('GET', '/cluster/load-balancers')).json as unknown as readonly Json[];
      expect(list.map(({ id }) => id)).to.deep.equal(['api', 'web']);
      const { backends } = list[1] as { backends: { current: { hosts: readonly Json[] } } };
      expect(backends.current.hosts).to.have.length(2);
      for (const row of backends.current.hosts) expect(row).to.include({ sessions: 0, queuedRequests: 0, weight: 100 });
    });
    expect((await ask('GET', '/cluster/load-balancers/web/health')).json).to.deep.equal({ healthy: true });
  });

  it('go with the last service', async () => {
    for (const service of ['web', 'api']) expect((await ask('DELETE', `/services/${service}`)).status).to.equal(204);
    await eventually(async () => expect(await run(leader(), 'service', 'ls', '-q')).to.equal(''), 90_000);
  });
});
