import { expect } from 'chai';
import { UnitApi } from '../../../../src/lib/server/deploy/unit-api.ts';
import { EngineAccess } from '../../../../src/lib/server/engine-access.ts';
import { HttpError } from '../../../../src/lib/server/http/http-error.ts';
import { DeployServer } from '../../../support/deploy-server.ts';

type Json = Readonly<Record<string, unknown>>;

describe('what may be asked of hosts and units', () => {
  let server: DeployServer;
  let api: UnitApi;
  beforeEach(() => {
    server = new DeployServer();
    api = new UnitApi({
      engine: new EngineAccess(() => Promise.resolve({ engine: server.engine })),
      store: server.store,
      server: 'test',
      now: () => server.now,
    });
  });
  afterEach(() => server.close());

  const statusOf = async (call: Promise<unknown>): Promise<unknown> =>
    call.catch((error: unknown) => (error instanceof HttpError ? [error.status, error.message] : error));

  it('tells the units of a local engine, in the words of fleet', async () => {
    await server.deploy('web', { numInstances: 2 });
    await server.settle();
    const [unit, ...others] = (await api.units('web', false)) as readonly Json[];
    expect(others.map(({ name }) => name)).to.deep.equal(['web-1-2']);
    expect(Object.keys(unit ?? {})).to.deep.equal([
      'name',
      'service',
      'version',
      'instance',
      'loadState',
      'activeState',
      'subState',
      'machineState',
      'unitHash',
      'since',
      'health',
      'address',
      'Used',
    ]);
    expect(unit).to.deep.include({
      name: 'web-1-1',
      version: 1,
      instance: 1,
      loadState: 'loaded',
      activeState: 'active',
      subState: 'running',
      machineState: {
        ID: 'FAKE',
        PublicIP: '127.0.0.1',
        Metadata: {},
        Version: '20.10.24',
        TotalResources: { Cores: 200, Memory: 4096, Disk: 0 },
      },
      Used: { cpu: null, memory: 1 },
    });
    server.now += 2000;
    expect(((await api.unit('web-1-1')) as Json)['Used']).to.deep.equal({ cpu: 0, memory: 1 });
    expect(await api.cluster()).to.deep.equal({
      hostCount: 1,
      unitCount: 2,
      cores: 200,
      memory: 4096,
      used: { cpu: 0, memory: 2 },
    });
    const [host] = (await api.hosts()) as readonly Json[];
    expect(host).to.deep.include({ ID: 'FAKE', units: ['web-1-1', 'web-1-2'], Hostname: 'fake', State: 'ready' });
  });

  it('tells the units of a host in the order of their names', async () => {
    await server.deploy('web', { numInstances: 3 });
    await server.settle();
    const list = server.engine.listContainers.bind(server.engine);
    server.engine.listContainers = async (query) => (await list(query)).toReversed();
    const [host] = (await api.hosts()) as readonly Json[];
    expect(host?.['units']).to.deep.equal(['web-1-1', 'web-1-2', 'web-1-3']);
  });

  it('tells the hosts of a Swarm, and no figure of units on a node that is not the one asked', async () => {
    server.engine.swarm = 'manager';
    server.engine.cluster.addNode('worker-1', { labels: { disk: 'ssd' } });
    await server.deploy('web', { numInstances: 2 });
    await server.settle();
    server.engine.cluster.endTask('web-1', 3);
    const [unit] = (await api.units(undefined, false)) as readonly Json[];
    expect(unit).to.deep.include({
      activeState: 'failed',
      subState: 'failed',
      error: 'task: non-zero exit (3)',
      Used: null,
    });
    const [host] = (await api.hosts()) as readonly Json[];
    expect(host).to.deep.include({
      ID: 'node-worker-1',
      Metadata: { disk: 'ssd' },
      Role: 'worker',
      units: [],
      Used: null,
    });
  });

  it('says that a host or a unit that nobody knows is not healthy, and does not find it', async () => {
    await server.deploy('web');
    await server.settle();
    const healthy = { healthy: true };
    expect([await api.hostHealth('FAKE'), await api.unitHealth('web-1-1')]).to.deep.equal([healthy, healthy]);
    const none = { healthy: false };
    expect([
      await api.hostHealth('x'),
      await api.unitHealth('web-9-9'),
      await api.unitHealth('web-1-1', 'api'),
    ]).to.deep.equal([none, none, none]);
    expect(await statusOf(api.host('x'))).to.deep.equal([404, 'there is no host x']);
    expect(await statusOf(api.unit('x'))).to.deep.equal([404, 'there is no unit x']);
    expect(await statusOf(api.units('api', false))).to.deep.equal([
      404,
      'Service api is not in the service directory.',
    ]);
  });

  it('gives the log of a unit, and refuses that of one that is not there', async () => {
    await server.deploy('web');
    await server.settle();
    for (const text of ['one', 'two']) server.container('web-1-1').logs.push({ stream: 'stdout', time: '', text });
    const lines: string[] = [];
    const query = { follow: false, signal: new AbortController().signal };
    for await (const line of await api.log('web', 'web-1-1', { ...query, tail: 1 })) lines.push(line);
    expect(lines).to.deep.equal(['two\n']);
    expect(await statusOf(api.log('web', 'web-9-9', query))).to.deep.equal([404, 'there is no unit web-9-9']);
  });
});
