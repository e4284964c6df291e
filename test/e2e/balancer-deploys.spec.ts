import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { buildUnitImage, ensureBalancerImage } from '../support/balancer.ts';
import { docker } from '../support/docker.ts';
import { eventually } from '../support/eventually.ts';
import { startLoad } from '../support/load.ts';
import { findTestEngine } from '../support/real-engine.ts';
import { removeServed } from '../support/served.ts';
import { TestServe } from '../support/serve.ts';

type Json = Readonly<Record<string, unknown>>;

describe('deploys of serve under load on a local engine', function () {
  this.timeout(900_000);
  const name = `dops-test-lb-${randomBytes(3).toString('hex')}`;
  const [right, wrong] = [`${name}/unit`, `${name}/fails`];
  const data = mkdtempSync(join(tmpdir(), 'dockerops-balancer-'));
  // Below those that the kernel gives to outgoing connections.
  const publicPort = 21_000 + (process.pid % 5000);
  const ownPort = publicPort + 5000;
  const service = `${name}-web`;
  let server: TestServe | undefined;

  before(async function () {
    if ((await findTestEngine()) === undefined) return this.skip();
    await ensureBalancerImage();
    await buildUnitImage(right);
    await buildUnitImage(wrong, { FAILS: 'yes' });
    const ports = ['--public-port', String(publicPort), '--domain', 'example.org'];
    server = await new TestServe(['--data', data, '--name', name, '--deploy-timeout', '60s', ...ports]).ready();
  });
  after(async () => {
    if (server === undefined) return;
    await server.end('SIGTERM');
    await removeServed(name);
    await docker('rmi', right, wrong);
    rmSync(data, { recursive: true });
  });

  const ask = async (
    method: string,
    path: string,
    body?: Json,
  ): Promise<{ status: number; json: Json; text: string }> =>
    server?.ask(method, path, body) ?? expect.fail('the server does not run');
  const deploy = async (image: string): Promise<{ status: number; text: string }> =>
    ask('POST', '/hooks/deploy?wait=true', { serviceName: service, dockerRepository: image, pushedAt: 1 });

  it('lose no request, whether they are done or fail', async () => {
    const ports = [{ container: 9000, host: ownPort }];
    const body = { name: service, dockerRepository: right, publicFacing: true, numInstances: 2, ports };
    expect((await ask('POST', '/services', body)).status).to.equal(201);
    expect(await deploy(right)).to.have.property('status', 200);
    const byName = startLoad({ port: publicPort, host: `${service}.example.org` });
    const byPort = startLoad({ port: ownPort, host: 'any', kinds: ['short', 'upload', 'websocket'] });
    const statuses: number[] = [];
    for (let number = 1; number <= 20; number += 1)
      statuses.push((await deploy(number % 4 === 0 ? wrong : right)).status);
    const results = [await byName.stop(), await byPort.stop()];
    expect(statuses).to.deep.equal(statuses.map((_, index) => ((index + 1) % 4 === 0 ? 500 : 200)));
    for (const { lost } of results) expect(lost).to.deep.equal([]);
    for (const { answered } of results) console.log(`      answered: ${JSON.stringify(answered)}`);
    // Units have the name of their container's host there: each version answered.
    expect(results[0]?.units.size).to.be.at.least(16 * 2);
  });

  it('are told in figures', async () => {
    const list = (await ask('GET', '/cluster/load-balancers')).json as unknown as readonly Json[];
    expect(list).to.have.length(1);
    const { id, backends } = list[0] as {
      id: string;
      backends: { current: { version: number; hosts: readonly Json[] } };
    };
    expect(id).to.equal(service);
    const { version, hosts } = backends.current;
    expect(hosts.map(({ unit, port }) => [unit, port])).to.deep.equal(
      [1, 2].flatMap((instance) =>
        [publicPort, ownPort].map((port) => [`${service}-${String(version)}-${String(instance)}`, port]),
      ),
    );
    for (const row of hosts) expect(row).to.include({ sessions: 0, queuedRequests: 0, weight: 100 });
    expect((await ask('GET', `/cluster/load-balancers/${service}/health`)).json).to.deep.equal({ healthy: true });
    expect((await ask('GET', '/cluster/load-balancers/nobody/health')).json).to.deep.equal({ healthy: false });
    expect((await ask('GET', '/cluster/load-balancers/nobody')).status).to.equal(404);
  });

  it('of a port that another service has fail and name it', async () => {
    const other = `${name}-db`;
    const ports = [{ container: 9000, host: ownPort }];
    expect((await ask('POST', '/services', { name: other, dockerRepository: right, ports })).status).to.equal(201);
    const request = { serviceName: other, dockerRepository: right, pushedAt: 1 };
    const { status, text } = await ask('POST', '/hooks/deploy?wait=true', request);
    expect(status).to.equal(500);
    expect(text).to.contain(`in use by service ${service}`);
  });

  it('leave no balancer behind when the last service is deleted', async () => {
    expect((await ask('DELETE', `/services/${service}`)).status).to.equal(204);
    await eventually(async () => {
      expect(await docker('ps', '-aq', '--filter', `label=dockerops.server=${name}`)).to.equal('');
    }, 60_000);
  });
});
