import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { docker } from '../support/docker.ts';
import { eventually } from '../support/eventually.ts';
import { ensureTestImage, findTestEngine } from '../support/real-engine.ts';
import { removeServed, unitContainers } from '../support/served.ts';
import { TestServe } from '../support/serve.ts';
import { buildUnitImages, unitImages } from '../support/unit-images.ts';

type Json = Readonly<Record<string, unknown>>;

describe('services of serve on an engine without a Swarm', function () {
  this.timeout(240_000);
  const name = `dops-test-units-${randomBytes(3).toString('hex')}`;
  const data = mkdtempSync(join(tmpdir(), 'dockerops-units-'));
  let server: TestServe;
  const start = (): TestServe => new TestServe(['--data', data, '--name', name, '--deploy-timeout', '60s']);

  before(async function () {
    const engine = await findTestEngine();
    if (engine === undefined) return this.skip();
    await ensureTestImage(engine);
    await buildUnitImages();
    server = await start().ready();
  });
  after(async () => {
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- skipped without an engine
    await server?.end('SIGTERM');
    await removeServed(name);
    rmSync(data, { recursive: true });
  });

  const create = async (service: string, more: Json = {}): Promise<void> => {
    const body = { name: service, dockerRepository: 'dops-test/unit', ...more };
    expect((await server.ask('POST', '/services', body)).status).to.equal(201);
  };
  const deploy = async (service: string, image: string, query = '?wait=true') =>
    server.ask('POST', `/hooks/deploy${query}`, { serviceName: service, dockerRepository: image, pushedAt: 1 });
  const list = async (path: string): Promise<readonly Json[]> =>
    (await server.ask('GET', path)).json as unknown as readonly Json[];
  const unitsOf = async (service: string) => (await list(`/services/${service}/units`)).map((unit) => unit['name']);
  const containers = (service: string): Promise<readonly string[]> => unitContainers(name, service);
  const lastDeployment = async (service: string): Promise<Json> => {
    const { json } = await server.ask('GET', `/deployments?service=${service}`);
    const [last] = json['doc'] as readonly Json[];
    return last ?? {};
  };

  it('run as containers, and one version takes the place of the other', async () => {
    const service = `${name}-web`.slice(-30).replace(/^-+/, '');
    await create(service, { numInstances: 2, env: { GREETING: 'hello' } });
    expect((await deploy(service, unitImages.one)).status).to.equal(200);
    expect(await unitsOf(service)).to.deep.equal([`${service}-1-1`, `${service}-1-2`]);
    const [unit] = await list(`/services/${service}/units`);
    expect(unit).to.include({
      loadState: 'loaded',
      activeState: 'active',
      subState: 'running',
      version: 1,
      instance: 1,
    });
    expect(unit?.['machineState']).to.have.keys('ID', 'PublicIP', 'Metadata', 'Version', 'TotalResources');
    await eventually(async () => {
      const [{ Used }] = (await list(`/services/${service}/units`)) as readonly [{ readonly Used: Json | null }];
      expect(Used?.['memory']).to.be.greaterThan(0);
    });
    const [host] = await list('/cluster/hosts');
    expect(host?.['units']).to.include(`${service}-1-1`);
    expect((host?.['TotalResources'] as Json)['Cores']).to.be.at.least(100);
    expect((await deploy(service, unitImages.two)).status).to.equal(200);
    expect(await containers(service)).to.deep.equal([`${service}-2-1`, `${service}-2-2`]);
    const phases = (await lastDeployment(service))['phases'] as readonly Json[];
    expect(phases.map((phase) => phase['name'])).to.deep.equal([
      'queued',
      'pulling',
      'starting',
      'switching',
      'draining',
      'done',
    ]);
    expect((await server.ask('GET', `/cluster/units/${service}-2-1/health`)).json).to.deep.equal({ healthy: true });
    expect((await server.ask('GET', `/cluster/units/${service}-1-1/health`)).json).to.deep.equal({ healthy: false });
  });

  it('stay as they are when the next version ends, and the deployment says why', async () => {
    const service = 'units-bad';
    await create(service);
    await deploy(service, unitImages.one);
    const before = await containers(service);
    const { status, json } = await deploy(service, unitImages.bad);
    expect([status, json['message']]).to.deep.equal([
      500,
      `${service}-2-1 on ${await docker('info', '--format', '{{.Name}}')} has ended: exit code 3`,
    ]);
    expect(await lastDeployment(service)).to.deep.include({
      state: 'failed',
      unit: `${service}-2-1`,
      exitCode: 3,
      logs: ['its last words'],
    });
    expect(await containers(service)).to.deep.equal(before);
    const missing = await deploy(service, 'dops-test/nobody-has:1');
    expect([missing.status, missing.json['message']]).to.match(/500,.* does not have the image .*docker load/);
    expect((await server.ask('POST', `/services/${service}/rollback?wait=true`, { version: 1 })).status).to.equal(200);
    expect(await containers(service)).to.deep.equal([`${service}-4-1`]);
  });

  it('are ready when their healthcheck says so', async () => {
    await create('units-checked');
    await deploy('units-checked', unitImages.checked);
    const phases = (await lastDeployment('units-checked'))['phases'] as readonly { name: string; at: number }[];
    const at = (phase: string): number => phases.find((one) => one.name === phase)?.at ?? 0;
    expect(at('switching') - at('starting')).to.be.greaterThan(1900);
    await server.ask('DELETE', '/services/units-checked');
  });

  it('are behind a port of the host, where no request is lost when a version takes the place of another', async () => {
    const port = 20_000 + (randomBytes(2).readUInt16LE() % 10_000);
    await create('units-port', { numInstances: 2, ports: [{ container: 9000, host: port }] });
    expect((await deploy('units-port', unitImages.one)).status).to.equal(200);
    const ask = async (): Promise<string> => (await fetch(`http://127.0.0.1:${String(port)}/index.html`)).text();
    await eventually(async () => {
      expect(await ask()).to.equal('version one\n');
    });
    const [answers, problems]: [string[], string[]] = [[], []];
    const over = new AbortController();
    const asking = (async () => {
      while (!over.signal.aborted) {
        const answer = await ask().catch((error: unknown) => problems.push(String(error)));
        answers.push(String(answer).trim());
      }
    })();
    for (const image of [unitImages.two, unitImages.bad, unitImages.one]) await deploy('units-port', image);
    over.abort();
    await asking;
    expect(problems).to.deep.equal([]);
    expect(new Set(answers)).to.deep.equal(new Set(['version one', 'version two']));
    await create('units-taken', { ports: [{ container: 9000, host: port }] });
    const { json } = await deploy('units-taken', unitImages.one);
    expect(json['message']).to.match(new RegExp(`^port ${String(port)} of the hosts is in use by service units-port`));
  });

  it('come back when somebody removes or stops them', async () => {
    await create('units-gone', { numInstances: 2 });
    await deploy('units-gone', unitImages.one);
    const id = async (unit: string): Promise<string> => docker('inspect', '--format', '{{.Id}}', unit);
    const before = await id('units-gone-1-1');
    await docker('rm', '-f', 'units-gone-1-1');
    await docker('stop', '-t', '0', 'units-gone-1-2');
    await eventually(async () => {
      expect(await id('units-gone-1-1')).not.to.equal(before);
      const running = await docker('ps', '--filter', 'label=dockerops.service=units-gone', '--format', '{{.Names}}');
      expect(running.split('\n').sort()).to.deep.equal(['units-gone-1-1', 'units-gone-1-2']);
    }, 30_000);
  });

  it('leave with their service, and one of the same name begins anew', async () => {
    await create('units-again');
    await deploy('units-again', unitImages.one);
    expect((await server.ask('DELETE', '/services/units-again')).status).to.equal(204);
    await create('units-again');
    expect((await deploy('units-again', unitImages.two)).status).to.equal(200);
    expect(await unitsOf('units-again')).to.deep.equal(['units-again-1-1']);
    await server.ask('DELETE', '/services/units-again');
    await eventually(async () => {
      expect(await containers('units-again')).to.deep.equal([]);
    }, 30_000);
  });

  it('tell what they print, and what a deploy would do', async () => {
    await create('units-log');
    const dry = await deploy('units-log', unitImages.one, '?dryRun=true');
    const { operations, blockers } = dry.json['doc'] as { operations: readonly Json[]; blockers: readonly string[] };
    expect(operations.map((operation) => operation['id'])).to.include.members([
      `pull ${unitImages.one}`,
      'create units-log-1-1',
      'start units-log-1-1',
    ]);
    expect(blockers).to.deep.equal([]);
    expect(await containers('units-log')).to.deep.equal([]);
    await deploy('units-log', unitImages.one);
    await docker('exec', 'units-log-1-1', 'sh', '-c', 'echo one > /proc/1/fd/1; echo two > /proc/1/fd/1');
    const log = '/services/units-log/units/units-log-1-1/logs';
    expect((await server.ask('GET', `${log}?tail=1`)).text).to.equal('two\n');
    const events = await server.ask('GET', log, undefined, { accept: 'text/event-stream' });
    expect(events.text).to.equal('data: one\n\ndata: two\n\n');
    expect((await server.ask('GET', '/services/units-log/units/nobody/logs')).status).to.equal(404);
  });
});
