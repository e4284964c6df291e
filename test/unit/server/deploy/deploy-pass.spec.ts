import { expect } from 'chai';
import { EngineUnreachable } from '../../../../src/lib/errors.ts';
import type { ServiceConfig } from '../../../../src/lib/server/services/service.ts';
import { DeployServer, unitImage } from '../../../support/deploy-server.ts';
import { plainContainer } from '../../../support/plain-container.ts';

describe('deploys on the local engine', () => {
  let server: DeployServer;
  beforeEach(() => {
    server = new DeployServer();
  });
  afterEach(() => server.close());

  const phasesOf = (id: string): readonly string[] => server.deployment(id).phases.map(({ name }) => name);
  const allPhases = ['queued', 'pulling', 'starting', 'switching', 'draining', 'done'];

  it('run the units of a first version as containers on a network of the server', async () => {
    const id = await server.deploy('web', { numInstances: 2, env: { NAME: 'a', COUNT: 3, API_TOKEN: 'secret' } });
    await server.settle();
    expect(phasesOf(id)).to.deep.equal(allPhases);
    expect(server.running()).to.deep.equal(['web-1-1', 'web-1-2']);
    const { config, restart } = server.container('web-1-2');
    expect(restart).to.equal('unless-stopped');
    expect(config.environment).to.deep.equal(['NAME=a', 'COUNT=3', 'API_TOKEN=secret']);
    expect(config.labels).to.include({
      'dockerops.server': 'test',
      'dockerops.service': 'web',
      'dockerops.version': '1',
      'dockerops.instance': '2',
    });
    expect(JSON.stringify(config.labels)).not.to.contain('secret"');
    expect(config.network).to.have.property('name', 'dockerops-serve-test');
    expect(config.network).to.have.property('aliases').that.includes.members(['web.unit', 'v1.web.unit']);
    expect([...server.engine.networks.values()].map(({ name }) => name)).to.deep.equal(['dockerops-serve-test']);
  });

  it('let the new units run before the old ones go', async () => {
    await server.deploy('web', { ports: [{ container: 9000, host: 8080 }] });
    await server.settle();
    const second = await server.deploy('web', { ports: [{ container: 9000, host: 8080 }] });
    server.balanced = { sessions: new Map([['web-1-1', 1]]) };
    await server.until(second, 'starting');
    await server.runPass();
    expect(server.units.map(({ unit }) => unit)).to.deep.equal(['web-1-1']);
    await server.until(second, 'draining');
    expect(server.running()).to.deep.equal(['web-1-1', 'web-2-1']);
    await server.runPass();
    const inUse = server.units.map(({ unit, isDraining }) => `${unit} ${isDraining ? 'drains' : 'serves'}`).sort();
    expect(inUse).to.deep.equal(['web-1-1 drains', 'web-2-1 serves']);
    expect(server.running()).to.deep.equal(['web-1-1', 'web-2-1']);
    server.balanced = {};
    await server.settle();
    expect(server.deployment(second).state).to.equal('done');
    expect(server.running()).to.deep.equal(['web-2-1']);
  });

  it('wait for connections of the old units for at most 30 s', async () => {
    await server.deploy('web', { ports: [{ container: 9000, host: 8080 }] });
    await server.settle();
    const second = await server.deploy('web', { ports: [{ container: 9000, host: 8080 }] });
    server.balanced = { sessions: new Map([['web-1-1', 1]]) };
    await server.until(second, 'draining');
    await server.runPass();
    server.now += 29_000;
    await server.runPass();
    expect(server.running()).to.include('web-1-1');
    server.now += 1000;
    await server.settle();
    expect(server.running()).to.deep.equal(['web-2-1']);
  });

  it('count the 30 s of connections from the first moment, also when the server starts again', async () => {
    await server.deploy('web', { ports: [{ container: 9000, host: 8080 }] });
    await server.settle();
    const second = await server.deploy('web', { ports: [{ container: 9000, host: 8080 }] });
    server.balanced = { sessions: new Map([['web-1-1', 1]]) };
    await server.until(second, 'draining');
    await server.runPass();
    server.now += 20_000;
    server.restart();
    await server.runPass();
    expect(server.running()).to.include('web-1-1');
    server.now += 10_000;
    await server.settle();
    expect(server.running()).to.deep.equal(['web-2-1']);
  });

  it('stay after a start of the server until balancers give them no connections, also if 30 s are over', async () => {
    await server.deploy('web', { ports: [{ container: 9000, host: 8080 }] });
    await server.settle();
    await server.store.remove('web', server.now);
    server.now += 60_000;
    server.restart();
    server.balanceError = new EngineUnreachable('away', { code: 'ENGINE_UNREACHABLE' });
    await server.runPass();
    expect(server.running()).to.deep.equal(['web-1-1']);
    server.balanced = { sessions: new Map([['web-1-1', 1]]) };
    await server.settle();
    expect(server.running()).to.deep.equal([]);
  });

  it('fail when a unit ends, with its exit code and last lines, and leave the old units alone', async () => {
    await server.deploy('web');
    await server.settle();
    const before = server.container('web-1-1').id;
    const second = await server.deploy('web', { numInstances: 2 });
    await server.until(second, 'starting');
    await server.runPass();
    const failing = server.container('web-2-2');
    failing.logs.push(
      ...Array.from({ length: 30 }, (_, index) => ({
        stream: 'stderr' as const,
        time: '',
        text: `line ${String(index)}`,
      })),
    );
    server.engine.exitContainer(failing.id, 7);
    await server.settle();
    const { state, error, unit, node, exitCode, logs } = server.deployment(second);
    expect({ state, error, unit, node, exitCode }).to.deep.equal({
      state: 'failed',
      error: 'web-2-2 on fake has ended: exit code 7',
      unit: 'web-2-2',
      node: 'fake',
      exitCode: 7,
    });
    expect([logs?.length, logs?.[0]]).to.deep.equal([20, 'line 10']);
    expect(server.running()).to.deep.equal(['web-1-1']);
    expect([...server.engine.containers.keys()]).to.deep.equal([before]);
  });

  it('take a unit for ready only when it is healthy, and fail when it is not in time', async () => {
    server.timeoutMs = 20_000;
    server.restart();
    const id = await server.deploy('web', { healthcheck: { test: 'true', interval: '5s' } });
    await server.until(id, 'starting');
    server.now += 10_000;
    await server.runPass();
    expect(server.container('web-1-1').config.healthcheck).to.deep.equal({
      test: ['CMD-SHELL', 'true'],
      intervalSeconds: 5,
    });
    expect(server.deployment(id).state).to.equal('starting');
    server.now += 10_000;
    await server.settle();
    expect(server.deployment(id)).to.deep.include({
      state: 'failed',
      error: 'web-1-1 is not ready after 20 s: it is starting',
    });
    const again = await server.deploy('web', { healthcheck: { test: 'true' } });
    await server.until(again, 'starting');
    await server.runPass();
    server.engine.setHealth(server.container('web-2-1').id, 'healthy');
    await server.settle();
    expect(server.deployment(again).state).to.equal('done');
    expect(server.engine.containers.size).to.equal(1);
  });

  it('fail when the image is nowhere, and say where it is missing', async () => {
    const id = await server.deploy('web', {}, 'nobody/has:1');
    await server.settle();
    const { state, error, node } = server.deployment(id);
    expect([state, node]).to.deep.equal(['failed', 'fake']);
    expect(error).to.match(
      /^fake does not have the image nobody\/has:1 and cannot pull it \(.+\): bring it there by dockerops ship or .+$/,
    );
    expect(server.engine.containers.size).to.equal(0);
  });

  it('pull the image first, and use what is there when that fails', async () => {
    server.engine.registry.add('demo/web:2');
    const pulled = await server.deploy('web', {}, 'demo/web:2');
    await server.settle();
    const local = await server.deploy('web', {}, unitImage);
    await server.settle();
    expect([pulled, local].map((id) => server.deployment(id).state)).to.deep.equal(['done', 'done']);
    expect(
      server.engine.calls.filter(({ method }) => method === 'pullImage').map(({ subject }) => subject),
    ).to.deep.equal(['demo/web:2', unitImage]);
  });

  it('go one after the other, and only the newest of those that wait', async () => {
    const ids = [];
    for (let count = 0; count < 4; count += 1) {
      ids.push(await server.deploy('web'));
      if (count === 0) await server.runPass();
    }
    await server.settle();
    expect(ids.map((id) => server.deployment(id).state)).to.deep.equal(['done', 'superseded', 'superseded', 'done']);
    expect(server.running()).to.deep.equal(['web-4-1']);
  });

  it('replace a unit that has vanished by one of the same image, and start one that was stopped', async () => {
    await server.deploy('web', { numInstances: 2 });
    await server.settle();
    const { imageId } = server.container('web-1-1');
    server.engine.addImage(unitImage);
    server.engine.containers.delete(server.container('web-1-2').id);
    server.engine.exitContainer(server.container('web-1-1').id, 0);
    await server.settle();
    expect(server.running()).to.deep.equal(['web-1-1', 'web-1-2']);
    expect(server.container('web-1-2').imageId).to.equal(imageId);
    expect(server.container('web-1-2').restart).to.equal('unless-stopped');
  });

  it('replace a unit that is dead, which the engine never starts again', async () => {
    await server.deploy('web');
    await server.settle();
    const { id } = server.container('web-1-1');
    server.engine.exitContainer(id, 137);
    server.container('web-1-1').state = 'dead';
    await server.settle();
    expect(server.running()).to.deep.equal(['web-1-1']);
    expect(server.container('web-1-1').id).not.to.equal(id);
  });

  it('warn once of each port that cannot be had, and again when that was over', async () => {
    const ports = [8080, 8081].map((host) => ({ container: 1, host }));
    await server.deploy('web', { ports });
    await server.settle();
    const refused = new Map(ports.map(({ host }) => [host, 'held by nginx (pid 7)']));
    const warnings = ports.map(({ host }) => `port ${String(host)}: held by nginx (pid 7)`);
    const pass = async (balanced: DeployServer['balanced']) => {
      server.balanced = balanced;
      server.now += 30_000;
      await server.runPass();
    };
    for (let count = 0; count < 3; count += 1) await pass({ refused });
    expect(server.warnings).to.deep.equal(warnings);
    await pass({});
    await pass({ refused });
    expect(server.warnings).to.deep.equal([...warnings, ...warnings]);
  });

  it('remember nothing of deployments that have ended and services that are gone', async () => {
    const pulled = await server.deploy('api', {}, 'nobody/has:1');
    await server.runPass();
    await server.store.remove('api', server.now);
    const late = await server.deploy('old', {}, 'nobody/has:1');
    await server.until(late, 'pulling');
    await server.runPass();
    await server.store.changeDeployment(late, (each) => ({ ...each, state: 'failed' }));
    await server.deploy('web');
    await server.settle();
    const { work, kept, retries } = server.memory;
    expect([pulled, late].map((id) => work.take(`pull ${id}`))).to.deep.equal([undefined, undefined]);
    expect([...kept]).to.deep.equal([]);
    retries.set('web', server.now + 1000);
    await server.store.remove('web', server.now);
    server.now += 1000;
    await server.settle();
    expect([...retries]).to.deep.equal([]);
  });

  it('do not take a name that a container of somebody else has', async () => {
    await server.engine.createContainer('web-1-1', plainContainer(unitImage, { network: { mode: 'none' } }));
    const id = await server.deploy('web');
    await server.settle();
    expect(server.deployment(id).state).to.equal('failed');
    expect(server.deployment(id).error).to.match(/^the container name web-1-1 is in use/);
    expect(server.engine.containers.size).to.equal(1);
  });

  it('remove the units of a service that is deleted, and only then deploy a new one of its name', async () => {
    await server.deploy('web', { ports: [{ container: 9000, host: 8080 }] });
    await server.settle();
    const old = server.container('web-1-1').id;
    server.balanced = { sessions: new Map([['web-1-1', 1]]) };
    await server.store.remove('web', server.now);
    const again = await server.deploy('web');
    await server.runPass();
    expect([server.deployment(again).state, server.running()]).to.deep.equal(['queued', ['web-1-1']]);
    expect(server.units.map(({ isDraining }) => isDraining)).to.deep.equal([true]);
    server.balanced = {};
    await server.settle();
    expect(server.deployment(again).state).to.equal('done');
    expect(server.container('web-1-1').id).not.to.equal(old);
    expect(server.store.removals()).to.deep.equal([]);
    await server.store.remove('web', server.now);
    await server.settle();
    expect(server.engine.containers.size).to.equal(0);
  });

  it('fail for a port of the hosts that another service has, naming it; by name both can have it', async () => {
    await server.deploy('api', { ports: [{ container: 9000, host: 8080 }] });
    await server.settle();
    const taken = await server.deploy('web', { ports: [{ container: 1, host: 8080 }] });
    await server.settle();
    expect(server.deployment(taken).error).to.match(/^port 8080 of the hosts is in use by service api/);
    for (const name of ['one', 'two']) {
      const id = await server.deploy(name, { publicFacing: true, ports: [{ container: 9000, host: 80 }] });
      await server.settle();
      expect(server.deployment(id).state).to.equal('done');
    }
    expect(server.routes.filter(({ hostPort }) => hostPort === 80)).to.deep.equal([
      { service: 'one', hostPort: 80, byName: true, containerPort: 9000 },
      { service: 'two', hostPort: 80, byName: true, containerPort: 9000 },
    ]);
  });

  it('fail for a port that somebody else holds, with what the balancer says', async () => {
    server.balanced = { refused: new Map([[8080, 'held by nginx (pid 7)']]) };
    const id = await server.deploy('web', { ports: [{ container: 1, host: 8080 }] });
    await server.settle();
    expect(server.deployment(id)).to.deep.include({ state: 'failed', error: 'held by nginx (pid 7)' });
    expect([server.running(), server.routes]).to.deep.equal([[], []]);
  });

  it('do not switch before the balancers have the new units', async () => {
    await server.deploy('web', { ports: [{ container: 1, host: 8080 }] });
    await server.settle();
    const second = await server.deploy('web', { ports: [{ container: 1, host: 8080 }] });
    await server.until(second, 'starting');
    for (let count = 0; count < 12 && server.deployment(second).state === 'starting'; count += 1) {
      server.balanceError = new Error('no answer');
      await server.runPass();
      server.now += 500;
    }
    server.balanceError = new Error('no answer');
    await server.runPass();
    expect([server.deployment(second).state, server.running()]).to.deep.equal(['switching', ['web-1-1', 'web-2-1']]);
    await server.settle();
    expect(server.running()).to.deep.equal(['web-2-1']);
  });

  it('of what is behind no port do not wait for the balancers', async () => {
    await server.deploy('web');
    await server.settle();
    const second = await server.deploy('web');
    for (let count = 0; count < 30 && server.deployment(second).state !== 'done'; count += 1) {
      server.balanceError = new Error('no answer');
      await server.runPass();
      server.now += 500;
    }
    expect([server.deployment(second).state, server.running()]).to.deep.equal(['done', ['web-2-1']]);
  });

  it('find no host for a service that conflicts with another one, but never with itself', async () => {
    await server.deploy('app-one', { conflictsWith: 'app-*', numInstances: 2 });
    await server.settle();
    expect(server.running()).to.deep.equal(['app-one-1-1', 'app-one-1-2']);
    const other = await server.deploy('app-two');
    await server.settle();
    expect(server.deployment(other).error).to.match(/^No host left for app-two: fake: app-one-1-\d runs there/);
    const beside = await server.deploy('db', { mustShareWith: 'cache' });
    await server.settle();
    expect(server.deployment(beside).error).to.equal(
      'No host left for db: fake: no unit of cache runs there (mustShareWith)',
    );
  });

  it('tell which units have come and gone', async () => {
    await server.runPass();
    await server.deploy('web');
    await server.settle();
    await server.deploy('web');
    await server.settle();
    await server.store.remove('web', server.now);
    await server.settle();
    await server.runPass();
    expect(server.events).to.deep.equal(['+web-1-1', '+web-2-1', '-web-1-1', '-web-2-1']);
  });

  it('wait while the engine is away', async () => {
    const id = await server.deploy('web');
    server.engine.failNext('facts', 1, new EngineUnreachable('no engine', { code: 'ENGINE_UNREACHABLE' }));
    expect(await server.runPass().catch((error: unknown) => error)).to.be.instanceOf(EngineUnreachable);
    await server.until(id, 'starting');
    server.engine.failNext('createContainer', 1, new EngineUnreachable('no engine', { code: 'ENGINE_UNREACHABLE' }));
    await server.settle();
    expect(server.deployment(id).state).to.equal('done');
  });

  it('end in the same way when the server is killed at any call to the engine', async () => {
    for (let call = 1; call < 60; call += 2) {
      const killed = new DeployServer();
      try {
        await killed.deploy('web', { numInstances: 2 });
        await killed.settle();
        const second = await killed.deploy('web', { numInstances: 2 });
        killed.engine.failNext('any', call, new EngineUnreachable('killed', { code: 'ENGINE_UNREACHABLE' }));
        const limit = killed.engine.calls.length + call;
        for (let count = 0; count < 40 && killed.engine.calls.length < limit; count += 1) {
          await killed.runPass().catch(() => {});
          killed.now += 500;
        }
        killed.restart();
        await killed.settle();
        expect([killed.deployment(second).state, killed.running()], `call ${String(call)}`).to.deep.equal([
          'done',
          ['web-2-1', 'web-2-2'],
        ]);
        expect(killed.engine.containers.size).to.equal(2);
      } finally {
        await killed.close();
      }
    }
  });
});

describe('deploys on a Swarm', () => {
  let server: DeployServer;
  beforeEach(() => {
    server = new DeployServer();
    server.engine.swarm = 'manager';
    for (const name of ['manager-1', 'worker-1', 'worker-2'])
      server.engine.cluster.addNode(name, { role: name === 'manager-1' ? 'manager' : 'worker' });
  });
  afterEach(() => server.close());

  const serviceOf = (name: string) => {
    const found = [...server.engine.cluster.services.values()].find(({ row }) => row.name === name);
    if (found === undefined) throw new TypeError(`no service ${name}`);
    return found;
  };

  it('make one service for each version, which the network resolves by the name of both', async () => {
    await server.deploy('web', { numInstances: 3, volume: { '/srv': '/data:ro', cache: '/var/cache' } });
    await server.settle();
    const { config, placement, row } = serviceOf('web-1');
    expect(row.labels).to.include({ 'dockerops.server': 'test', 'dockerops.version': '1' });
    expect(placement).to.deep.include({ mode: { replicated: 3 }, endpoint: 'dnsrr', constraints: [] });
    expect(config.network).to.deep.include({ name: 'dockerops-serve-test', aliases: ['web.unit', 'v1.web.unit'] });
    expect(config.mounts).to.deep.equal([
      { kind: 'bind', source: '/srv', target: '/data', readOnly: true },
      { kind: 'volume', volume: 'cache', target: '/var/cache', readOnly: false, lifetime: 'kept' },
    ]);
    expect([...server.engine.networks.values()].map(({ driver }) => driver)).to.deep.equal(['overlay']);
    const second = await server.deploy('web', { numInstances: 3, ports: [{ container: 9000, host: 8080 }] });
    await server.until(second, 'switching');
    expect(server.running()).to.deep.equal(['web-1', 'web-2']);
    await server.settle();
    expect(server.running()).to.deep.equal(['web-2']);
    expect(server.units).to.deep.equal([]);
  });

  it('wait for balancers that follow the resolver only where there is one', async () => {
    const switchMs = async (ports: Partial<ServiceConfig>): Promise<number> => {
      const { phases } = await server.until(await server.deploy('web', ports), 'done');
      const at = (state: string): number => phases.find(({ name }) => name === state)?.at ?? 0;
      return at('draining') - at('switching');
    };
    expect(await switchMs({})).to.equal(0);
    expect(await switchMs({ ports: [{ container: 9000, host: 8080 }] })).to.be.at.least(2000);
  });

  it('fail with what a node says, and name the image that it lacks', async () => {
    await server.deploy('web');
    await server.settle();
    const second = await server.deploy('web', {}, 'nobody/has:1');
    await server.settle();
    const { state, error, unit, node } = server.deployment(second);
    expect([state, unit, node]).to.deep.equal(['failed', 'web-2-1', 'manager-1']);
    expect(error).to.equal(
      'manager-1 does not have the image nobody/has:1 and cannot pull it: ' +
        'bring it there by dockerops ship or docker load',
    );
    expect(server.running()).to.deep.equal(['web-1']);
  });

  it('fail when a task ends', async () => {
    const id = await server.deploy('web');
    await server.until(id, 'starting');
    await server.runPass();
    server.engine.cluster.endTask('web-1', 3);
    await server.settle();
    expect(server.deployment(id)).to.deep.include({
      state: 'failed',
      error: 'web-1-1 on manager-1 has ended: task: non-zero exit (3)',
      exitCode: 3,
    });
    expect(server.running()).to.deep.equal([]);
  });

  it('keep the units of services apart that conflict, and together that must share', async () => {
    server.engine.cluster.nodes.delete('node-worker-2');
    await server.deploy('app-one', { conflictsWith: 'app-*' });
    await server.settle();
    await server.deploy('app-two');
    await server.settle();
    expect(serviceOf('app-two-1').placement.constraints).to.deep.equal(['node.id!=node-manager-1']);
    await server.deploy('cache', { mustShareWith: 'app-tw?' });
    await server.settle();
    expect(serviceOf('cache-1').placement.constraints).to.deep.equal(['node.id!=node-manager-1']);
    server.engine.cluster.loseNode('node-worker-1');
    const none = await server.deploy('app-three', { conflictsWith: 'app-*' });
    await server.settle();
    expect(server.deployment(none).error).to.equal(
      'No host left for app-three: manager-1: app-one-1-1 runs there (conflictsWith app-*); worker-1: it is down',
    );
  });

  it('place two services that conflict one after the other', async () => {
    const ids = [await server.deploy('app-one', { conflictsWith: 'app-*' }), await server.deploy('app-two')];
    await server.settle();
    expect(ids.map((id) => server.deployment(id).state)).to.deep.equal(['done', 'done']);
    const nodes = ['app-one-1', 'app-two-1'].map((name) => serviceOf(name).tasks[0]?.nodeId);
    expect(new Set(nodes).size).to.equal(2);
  });

  it('do not take a name that a service of somebody else has', async () => {
    await server.deploy('other');
    await server.settle();
    const [, config] = [0, serviceOf('other-1').config];
    await server.engine.createSwarmService('web-1', { ...config, labels: {} }, serviceOf('other-1').placement);
    const id = await server.deploy('web');
    await server.settle();
    expect(server.deployment(id).error).to.match(/^the Swarm service name web-1 is in use/);
  });

  it('say why a unit that no node takes is not ready', async () => {
    server.timeoutMs = 5000;
    server.restart();
    for (const name of ['node-worker-1', 'node-worker-2']) server.engine.cluster.nodes.delete(name);
    const node = server.engine.cluster.nodes.get('node-manager-1');
    const id = await server.deploy('web');
    await server.until(id, 'starting');
    if (node !== undefined) server.engine.cluster.nodes.set(node.id, { ...node, availability: 'drain' });
    const service = serviceOf('web-1');
    service.tasks = service.tasks.map(({ nodeId: _node, ...task }) => ({ ...task, state: 'pending' }));
    await server.settle();
    expect(server.deployment(id).error).to.match(/^web-1-1 is not ready after 5 s: it is pending \(no suitable node/);
  });

  it('make a version again whose service somebody has removed, and remove what belongs to no version', async () => {
    await server.deploy('web');
    await server.settle();
    const { config, placement, row } = serviceOf('web-1');
    await server.engine.removeSwarmService(row.id);
    const labels = { ...config.labels, 'dockerops.version': '9' };
    await server.engine.createSwarmService('web-9', { ...config, labels }, placement);
    await server.settle();
    expect(server.running()).to.deep.equal(['web-1']);
  });
});
