import { expect } from 'chai';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entered } from '../../../../src/lib/server/deploy/deployment.ts';
import type { NewService } from '../../../../src/lib/server/services/service.ts';
import type { Database } from '../../../../src/lib/server/store/database.ts';
import { openStore } from '../../../../src/lib/server/store/open-store.ts';
import { ServiceStore } from '../../../../src/lib/server/store/service-store.ts';

const config = { publicFacing: false, numInstances: 1, ports: [], env: {}, volume: {} };
const service = (name: string, change: Partial<NewService> = {}): NewService => ({
  name,
  dockerRepository: `demo/${name}`,
  config,
  ...change,
});

describe('the store of services', () => {
  let directory: string;
  let database: Database;
  let store: ServiceStore;
  let changed: string[];
  let now: number;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'dockerops-services-'));
    database = openStore(directory);
    store = new ServiceStore(database);
    [changed, now] = [[], 1000];
    store.onChange((name) => changed.push(name ?? 'all'));
  });
  afterEach(() => {
    database.close();
    rmSync(directory, { recursive: true });
  });

  const deploy = (name = 'api', image = `demo/${name}`) => {
    now += 1;
    return store.deploy(name, { id: `d${String(now)}`, now }, (each) => ({ image, config: each.config }));
  };
  const finish = (id: string | undefined, state: 'done' | 'failed' = 'done') =>
    store.changeDeployment(id ?? '', (each) => entered(each, state, (now += 1)));
  const statesOf = (name = 'api') =>
    [...store.deployments(name, 100)].map(({ version, state }) => `${String(version)} ${state}`);

  it('has a service once by its name, and lists by name', async () => {
    expect(await store.create(service('web'), now)).to.include({ name: 'web' });
    await store.create(service('api', { description: '' }), now);
    expect(await store.create(service('api'), now)).to.equal(undefined);
    expect(store.services().map(({ name }) => name)).to.deep.equal(['api', 'web']);
    expect(store.find('api')).to.deep.equal({
      ...service('api', { description: '' }),
      createdAt: now,
      modifiedAt: now,
    });
    expect(store.find('web')).not.to.have.property('description');
  });

  it('keeps the order of the keys of a configuration, and those that it does not know', async () => {
    const odd = { zeta: 1, ...config, alpha: [null] };
    await store.create(service('api', { config: odd }), now);
    expect(JSON.stringify(store.find('api')?.config)).to.equal(JSON.stringify(odd));
  });

  for (const spelling of ['a/b', 'a/b:1', 'docker.io/a/b:2', `a/b@sha256:${'0'.repeat(64)}`])
    it(`finds by the repository ${spelling} the service made last`, async () => {
      await store.create(service('one', { dockerRepository: 'docker.io/a/b:7' }), now);
      await store.create(service('two', { dockerRepository: 'a/b' }), now);
      await store.create(service('host', { dockerRepository: 'registry:5000/a/b' }), now);
      expect(store.findByRepository(spelling)?.name).to.equal('two');
    });

  it('prefers the service whose repository is spelt in the same way', async () => {
    await store.create(service('one', { dockerRepository: 'library/redis:7' }), now);
    await store.create(service('two', { dockerRepository: 'redis' }), now);
    expect(store.findByRepository('library/redis:7')?.name).to.equal('one');
    expect(store.findByRepository('docker.io/redis')?.name).to.equal('two');
    expect(store.findByRepository('registry:5000/redis')).to.equal(undefined);
  });

  it('changes a service as it is at that moment', async () => {
    await store.create(service('api'), now);
    const patched = await store.patch('api', (each) => ({ ...each, description: 'new' }), now + 5);
    expect(patched).to.include({ description: 'new', createdAt: now, modifiedAt: now + 5 });
    expect(await store.patch('web', (each) => each, now)).to.equal(undefined);
    expect(changed).to.deep.equal(['api', 'api']);
  });

  it('numbers versions from 1, each with its image and a copy of the configuration', async () => {
    await store.create(service('api'), now);
    expect(await deploy('api', 'demo/api:1')).to.deep.include({ service: 'api', version: 1, state: 'queued' });
    await store.patch('api', (each) => ({ ...each, config: { ...config, numInstances: 3 } }), now);
    expect((await deploy('api', 'demo/api:2'))?.version).to.equal(2);
    expect(
      [...store.versions('api')].map(({ image, config: { numInstances } }) => [image, numInstances]),
    ).to.deep.equal([
      ['demo/api:1', 1],
      ['demo/api:2', 3],
    ]);
    expect(store.latestVersion('api')?.config['image']).to.equal('demo/api:2');
    expect(store.findVersion('api', 3)).to.equal(undefined);
    expect(await deploy('nobody')).to.equal(undefined);
  });

  it('lets of the deployments that wait only the newest run', async () => {
    await store.create(service('api'), now);
    await store.create(service('web'), now);
    const first = await deploy();
    await store.changeDeployment(first?.id ?? '', (each) => entered(each, 'starting', now));
    for (const name of ['api', 'web', 'api']) await deploy(name);
    expect(statesOf()).to.deep.equal(['3 queued', '2 superseded', '1 starting']);
    expect(store.openDeployments().map(({ service: name }) => name)).to.deep.equal(['api', 'web', 'api']);
  });

  it('writes nothing to a deployment that has ended', async () => {
    await store.create(service('api'), now);
    const { id } = (await deploy()) ?? {};
    await finish(id, 'failed');
    expect(await finish(id)).to.equal(undefined);
    expect(statesOf()).to.deep.equal(['1 failed']);
  });

  it('runs the newest version whose deployment is done', async () => {
    await store.create(service('api'), now);
    for (const state of ['done', 'done', 'failed'] as const) await finish((await deploy())?.id, state);
    await deploy();
    expect(store.runningVersion('api')?.version).to.equal(2);
    expect(store.latestVersion('api')?.version).to.equal(4);
  });

  it('keeps five versions before the latest one, and the one that runs however old it is', async () => {
    await store.create(service('api'), now);
    await finish((await deploy())?.id);
    for (let count = 0; count < 9; count += 1) await finish((await deploy())?.id, 'failed');
    expect([...store.versions('api')].map(({ version }) => version)).to.deep.equal([1, 5, 6, 7, 8, 9, 10]);
    expect(statesOf()).to.have.length(7);
  });

  it('ends the history of a service with its removal, and knows its name until the units are gone', async () => {
    await store.create(service('api'), now);
    await finish((await deploy())?.id);
    const open = await deploy();
    expect([await store.remove('api', now), await store.remove('api', now)]).to.deep.equal([true, false]);
    expect(store.deployment(open?.id ?? '')).to.include({ state: 'failed', error: 'the service was deleted' });
    expect([store.find('api'), store.latestVersion('api'), store.removals().map((each) => each.service)]).to.deep.equal(
      [undefined, undefined, ['api']],
    );
    await store.create(service('api'), now);
    expect((await deploy())?.version).to.equal(1);
    expect(statesOf()).to.deep.equal(['1 queued']);
    await store.removed('api');
    expect([store.removals().map((each) => each.service), [...store.versions('api')].length]).to.deep.equal([[], 1]);
  });

  it('keeps the journal of all services, oldest first, when they are gone', async () => {
    await store.create(service('api'), now);
    await store.create(service('web'), now);
    for (const name of ['api', 'web']) await deploy(name);
    await store.deploy('api', { id: 'back', now }, () => ({ image: 'demo/api', config, rollbackOf: 1 }));
    await store.remove('api', now);
    await store.removed('api');
    expect([...store.journal()].map((each) => [each.service, each.version, each.rollbackOf])).to.deep.equal([
      ['api', 1, undefined],
      ['web', 1, undefined],
      ['api', 2, 1],
    ]);
    expect([...store.journal()][0]?.config['image']).to.equal('demo/api');
  });

  it('has the newest entries of the journal alone, oldest first', async () => {
    await store.create(service('api'), now);
    for (let count = 0; count < 3; count += 1) await deploy();
    expect([...store.journal(2)].map(({ version }) => version)).to.deep.equal([2, 3]);
    expect([...store.journal(10)].map(({ version }) => version)).to.deep.equal([1, 2, 3]);
  });

  it('keeps as much of the journal as has 64 MiB', async () => {
    const old = { at: now, service: 'old', version: 1, config: JSON.stringify({ A: 'ä'.repeat(10 * 2 ** 20) }) };
    await database.write((writer) => {
      for (const number of [1, 2, 3, 4]) writer.insert('journal', { number, ...old });
    });
    await store.create(service('api'), now);
    await deploy();
    const numbers = database.all('SELECT number FROM journal ORDER BY number').map(({ number }) => number);
    expect(numbers).to.deep.equal([2, 3, 4, 5]);
  });

  it('forgets removed services of which no deployment had begun, and no others', async () => {
    for (const name of ['new', 'api', 'web', 'old', 'live']) await store.create(service(name), now);
    for (const name of ['api', 'api', 'web', 'old', 'live']) await deploy(name);
    const [first] = store.openDeploymentsOf('web');
    await store.changeDeployment(first?.id ?? '', (each) => entered(each, 'pulling', now));
    await finish(store.openDeploymentsOf('old')[0]?.id);
    for (const name of ['new', 'api', 'web', 'old']) await store.remove(name, now);
    await store.removedUnbegun();
    expect(store.removals().map((each) => each.service)).to.deep.equal(['old', 'web']);
    expect(store.services().map(({ name }) => name)).to.deep.equal(['live']);
    expect([...store.deployments('live', 9)]).to.have.length(1);
  });

  it('has everything after a restart', async () => {
    await store.create(service('api'), now);
    const { id = '' } = (await deploy()) ?? {};
    database.close();
    database = openStore(directory);
    store = new ServiceStore(database);
    expect(store.deployment(id)).to.include({ service: 'api', version: 1, state: 'queued' });
  });
});
