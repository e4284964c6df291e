import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { docker, dockerExec } from '../support/docker.ts';
import { eventually } from '../support/eventually.ts';
import type { Host } from '../support/hosts.ts';
import { ensureTestImage, findTestEngine } from '../support/real-engine.ts';
import { TestServe } from '../support/serve.ts';
import { run, TestSwarm } from '../support/swarm.ts';
import { buildUnitImages, unitImages } from '../support/unit-images.ts';

type Json = Readonly<Record<string, unknown>>;

describe('services of serve on a Swarm of three hosts', function () {
  this.timeout(360_000);
  const swarm = new TestSwarm(`dops-test-units-${randomBytes(3).toString('hex')}`);
  const data = mkdtempSync(join(tmpdir(), 'dockerops-units-'));
  const everywhere = [unitImages.one, unitImages.two, unitImages.bad];
  let leader: Host;
  let workers: readonly Host[];
  let server: TestServe;

  before(async function () {
    const here = await findTestEngine();
    if (here === undefined) return this.skip();
    await ensureTestImage(here);
    await buildUnitImages();
    leader = await swarm.open([...everywhere, unitImages.checked]);
    workers = [await swarm.start('worker-1', everywhere), await swarm.start('worker-2', everywhere)];
    for (const worker of workers) await swarm.join(worker);
    server = await new TestServe(['--host', leader.engine, '--data', data, '--deploy-timeout', '90s']).ready();
  });
  after(async () => {
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- skipped without an engine
    await server?.end('SIGTERM');
    await swarm.close();
    rmSync(data, { recursive: true });
  });

  const create = async (name: string, more: Json = {}): Promise<void> => {
    const body = { name, dockerRepository: 'dops-test/unit', ...more };
    expect((await server.ask('POST', '/services', body)).status).to.equal(201);
  };
  const deploy = async (serviceName: string, image: string) =>
    server.ask('POST', '/hooks/deploy?wait=true', { serviceName, dockerRepository: image, pushedAt: 1 });
  const list = async (path: string): Promise<readonly Json[]> =>
    (await server.ask('GET', path)).json as unknown as readonly Json[];
  const hostNames = async (): Promise<Readonly<Record<string, string>>> =>
    Object.fromEntries((await list('/cluster/hosts')).map(({ ID, Hostname }) => [String(ID), String(Hostname)]));
  const unitsOf = async (service: string): Promise<readonly string[]> => {
    const names = await hostNames();
    const units = (await list(`/services/${service}/units`)).filter(({ activeState }) => activeState === 'active');
    return units.map(
      ({ name, machineState }) => `${String(name)} ${names[String((machineState as Json)['ID'])] ?? ''}`,
    );
  };

  it('spread over the hosts, which resolve them by name', async () => {
    await create('web', { numInstances: 3 });
    const { status, text } = await deploy('web', unitImages.one);
    expect(status, text).to.equal(200);
    expect(await unitsOf('web')).to.have.length(3);
    const hosts = (await unitsOf('web')).map((unit) => unit.split(' ')[1]);
    expect(hosts.sort()).to.deep.equal(['manager-1', 'worker-1', 'worker-2']);
    expect(await run(leader, 'service', 'ls', '--format', '{{.Name}}')).to.equal('web-1');
    const [unit] = (await run(leader, 'ps', '-q')).split('\n');
    for (const alias of ['web.unit', 'v1.web.unit']) {
      const words = ['docker', 'exec', unit ?? '', 'busybox', 'nslookup', alias];
      const { text: answer } = await dockerExec(leader.container, words);
      expect(new Set(answer.match(/Address.*: 10\.210\.\d+\.\d+/g))).to.have.property('size', 3);
    }
    const log = await server.ask('GET', '/services/web/units/web-1-1/logs?tail=5');
    expect([log.status, log.text]).to.deep.equal([200, '']);
  });

  it('stay as they are when a version fails: it ends, or a host does not have its image', async () => {
    const before = await unitsOf('web');
    const bad = await deploy('web', unitImages.bad);
    expect([bad.status, String(bad.json['message'])]).to.match(
      /^500,web-2-\d on [a-z]+-\d has ended: task: non-zero exit \(3\)$/,
    );
    const [last] = (await server.ask('GET', '/deployments?service=web')).json['doc'] as readonly Json[];
    expect(last?.['logs']).to.deep.equal(['its last words']);
    const missing = await deploy('web', unitImages.checked);
    expect(missing.json['message']).to.match(
      /^worker-\d does not have the image dops-test\/unit:checked .*bring it there by dockerops ship or docker load$/,
    );
    expect(await unitsOf('web')).to.deep.equal(before);
    expect(await run(leader, 'service', 'ls', '--format', '{{.Name}}')).to.equal('web-1');
  });

  it('are replaced by a newer version, and by an older one again', async () => {
    expect((await deploy('web', unitImages.two)).status).to.equal(200);
    expect((await unitsOf('web')).map((unit) => unit.split(' ')[0])).to.deep.equal(['web-4-1', 'web-4-2', 'web-4-3']);
    expect((await server.ask('POST', '/services/web/rollback?wait=true', { version: 1 })).status).to.equal(200);
    expect((await unitsOf('web')).map((unit) => unit.split(' ')[0])).to.deep.equal(['web-5-1', 'web-5-2', 'web-5-3']);
    expect(await run(leader, 'service', 'ls', '--format', '{{.Name}}')).to.equal('web-5');
  });

  it('keep away from hosts where a service is that they conflict with', async () => {
    await create('app-one', { conflictsWith: 'app-*', numInstances: 1 });
    await create('app-two', { conflictsWith: 'app-*' });
    for (const name of ['app-one', 'app-two']) expect((await deploy(name, unitImages.one)).status).to.equal(200);
    const hosts = [...(await unitsOf('app-one')), ...(await unitsOf('app-two'))].map((unit) => unit.split(' ')[1]);
    expect(new Set(hosts)).to.have.property('size', 2);
    await create('app-all', { mustShareWith: 'nobody' });
    const { json } = await deploy('app-all', unitImages.one);
    expect(json['message']).to.match(/^No host left for app-all: .*worker-2: /);
  });

  it('come back on other hosts when one is gone', async () => {
    const [worker] = workers.slice(-1);
    await docker('kill', worker?.container ?? '');
    await eventually(async () => {
      const units = await unitsOf('web');
      expect(units).to.have.length(3);
      expect(units.join()).not.to.contain('worker-2');
    }, 120_000);
    const hosts = await list('/cluster/hosts');
    expect(hosts.find(({ Hostname }) => Hostname === 'worker-2')?.['State']).to.equal('down');
  });

  it('have stopped before a new service of the same name is deployed', async () => {
    await create('again', { numInstances: 2 });
    expect((await deploy('again', unitImages.one)).status).to.equal(200);
    const old = await run(leader, 'service', 'inspect', '--format', '{{.ID}}', 'again-1');
    expect((await server.ask('DELETE', '/services/again')).status).to.equal(204);
    await create('again');
    await deploy('again', unitImages.two);
    for (const host of [leader, ...workers.slice(0, 1)])
      expect(await run(host, 'ps', '-q', '--filter', `label=com.docker.swarm.service.id=${old}`)).to.equal('');
    await server.ask('DELETE', '/services/again');
  });

  it('leave with their service', async () => {
    for (const name of ['web', 'app-one', 'app-two', 'app-all'])
      expect((await server.ask('DELETE', `/services/${name}`)).status).to.equal(204);
    await eventually(async () => {
      expect(await run(leader, 'service', 'ls', '-q')).to.equal('');
    }, 60_000);
  });
});
