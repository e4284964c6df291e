import { expect } from 'chai';
import { observe } from '../../../../src/lib/observe/observe.ts';
import { applierOn } from '../../../../src/lib/apply/open-engine.ts';
import { hostname } from 'node:os';
import { NodeAgent } from '../../../../src/lib/daemons/operator/agent.ts';
import type { ScriptCheck } from '../../../../src/lib/daemons/operator/script-checks.ts';
import { resolveSettings } from '../../../../src/lib/daemons/operator/settings.ts';
import { Status } from '../../../../src/lib/daemons/operator/status.ts';
import { DirectoryDenied, DirectoryUnreachable } from '../../../../src/lib/directories/directory-errors.ts';
import { EngineError } from '../../../../src/lib/errors.ts';
import type { OpenEngine } from '../../../../src/lib/use-cases/open-engine.ts';
import type { PortHolder } from '../../../../src/lib/model/host-facts.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';
import { MemoryNodeDirectory } from '../../../support/memory-node-directory.ts';
import { facts } from '../../../support/specs.ts';

const signal = new AbortController().signal;

describe('a fault within a pass of the operator', () => {
  let engine: FakeEngine;
  let directory: MemoryNodeDirectory;
  let clock: FakeClock;
  let status: Status;
  let wakes: string[];
  let checks: readonly ScriptCheck[];
  let holders: readonly PortHolder[];
  let agent: NodeAgent;

  beforeEach(() => {
    engine = new FakeEngine();
    holders = [];
    directory = new MemoryNodeDirectory();
    clock = new FakeClock();
    status = new Status('n1', clock);
    [wakes, checks] = [[], []];
    for (const name of ['web', 'db']) engine.addImage(`${name}:1`);
    agent = open();
    agent.setLeader(true);
  });

  function open(): NodeAgent {
    const opened = {
      engine,
      owner: { kind: 'node', name: 'n1' },
      baseImagesDirectory: '',
      tools: {
        observe: () => observe(engine),
        applier: applierOn(engine),
        client: facts.client,
        keys: undefined,
        images: undefined,
      },
    } as unknown as OpenEngine;
    return new NodeAgent({
      settings: resolveSettings({ flags: { node: 'n1', consul: '10.0.0.5' }, environment: {} }),
      environment: {},
      directory,
      openEngine: async () => opened,
      clock,
      status,
      progress: () => {},
      warn: () => {},
      wake: (reason) => wakes.push(reason),
      setChecks: (now) => {
        checks = now;
      },
      portHolders: async (ports) => holders.filter(({ port }) => ports.has(port)),
    });
  }

  function want(services: Readonly<Record<string, unknown>>): void {
    directory.keys.clear();
    for (const [name, value] of Object.entries(services))
      directory.keys.set(`_wakeful/nodes/n1/apps/${name}`, typeof value === 'string' ? value : JSON.stringify(value));
    agent.directoryChanged(directory.tree());
  }

  async function pass(): Promise<string> {
    wakes.length = 0;
    return agent.pass(signal).then(
      () => status.state,
      (error: unknown) => `${status.state}: ${String(error)}`,
    );
  }

  function attempts(method: string): number {
    return engine.calls.filter((call) => call.method === method && !call.subject.includes('lock')).length;
  }

  it('does not wake itself when a container that is no longer desired cannot be removed, and reports it', async () => {
    want({ web: { image: 'web:1', ports: [] } });
    await pass();
    await pass();
    expect(wakes).to.deep.equal([]);
    want({});
    engine.failNext('stopContainer', 1, new EngineError('permission denied', { code: 'X' }));
    expect(await pass()).to.equal('Running');
    expect(wakes).not.to.include('changed by us');
    expect(status.toJSON().services['web']).to.include({
      state: 'failed',
      error: 'it is no longer desired and could not be removed: permission denied',
    });
    await pass();
    expect(engine.containers.size, 'not tried again at once').to.equal(1);
    expect(status.toJSON().services['web']?.retryAt).to.be.a('string');
    await clock.turn(2000);
    await pass();
    expect(engine.containers.size).to.equal(0);
    await pass();
    expect(status.toJSON().services).to.deep.equal({});
  });

  it('starts a killed container as it is, and makes a new one only when the engine cannot start it', async () => {
    want({ web: { image: 'web:1', ports: [] } });
    await pass();
    const [id = ''] = engine.containers.keys();
    engine.exitContainer(id, 137);
    await pass();
    expect([...engine.containers].map(([each, { state }]) => [each, state])).to.deep.equal([[id, 'running']]);
    engine.exitContainer(id, 137);
    engine.failNext('startContainer', 1, new EngineError('its root is damaged', { code: 'X' }));
    await pass();
    expect(status.toJSON().services['web']).to.include({ state: 'failed', error: 'its root is damaged' });
    await clock.turn(2000);
    await pass();
    await pass();
    const found = [...engine.containers.values()].map(({ state }) => state);
    expect([found, engine.containers.has(id)]).to.deep.equal([['running'], false]);
    const [next = ''] = engine.containers.keys();
    engine.exitContainer(next, 137);
    await pass();
    expect([...engine.containers.keys()]).to.deep.equal([next]);
  });

  it('acts on other keys, and on later ones, while a container takes long to stop', async () => {
    const service = { image: 'web:1', ports: [] };
    want({ web: service });
    await pass();
    const stopped = Promise.withResolvers<undefined>();
    const stop = engine.stopContainer.bind(engine);
    engine.stopContainer = async (...call) => {
      await stopped.promise;
      await stop(...call);
    };
    const states = (): unknown =>
      Object.fromEntries([...engine.containers.values()].map((each) => [each.name, each.state]));
    want({ db: { image: 'db:1', ports: [] } });
    const first = pass();
    await clock.turn(1000);
    await first;
    expect(states()).to.include({ web: 'running', db: 'running' });
    want({ db: { image: 'db:1', ports: [] }, late: { image: 'db:1', ports: [] }, web: service });
    await pass();
    expect(states()).to.include({ web: 'running', late: 'running' });
    expect(status.toJSON().services['web']).to.include({ state: 'waiting', error: 'its container is being changed' });
    expect(agent.isChanging).to.equal(true);
    stopped.resolve(undefined);
    await agent.changed();
    await pass();
    await pass();
    expect(states()).to.deep.equal({ web: 'running', db: 'running', late: 'running' });
    expect(status.toJSON().services['web']).to.include({ state: 'running' });
  });

  it('fails only the service whose registration the token may not write', async () => {
    directory.register = async ({ id }) => {
      throw new DirectoryDenied(`may not write ${id}`, { code: 'X' });
    };
    want({ web: { image: 'web:1', ports: [] }, db: { image: 'db:1', ports: [] } });
    expect(await pass()).to.equal('Running');
    expect(status.toJSON().services['web']).to.include({ state: 'failed', error: 'may not write n1/web' });
  });

  it('keeps the pause of a service that failed in a pass which an outage of Consul ended', async () => {
    const register = directory.register.bind(directory);
    directory.register = async (registration) => {
      if (registration.name === 'db') throw new DirectoryUnreachable('gone', { code: 'X' });
      await register(registration);
    };
    want({ web: { image: 'web:1', ports: [] }, db: { image: 'db:1', ports: [] } });
    engine.failNext('startContainer', 2, new EngineError('no such device', { code: 'X' }));
    expect(await pass()).to.contain('NormalizingFailed');
    const started = attempts('startContainer');
    expect(await pass()).to.contain('NormalizingFailed');
    expect(attempts('startContainer')).to.equal(started);
  });

  it('tries a refused registration at once when its definition changes', async () => {
    directory.register = async ({ tags }) => {
      if (tags.includes('bad')) throw new DirectoryDenied('no such tag here', { code: 'X' });
    };
    want({ web: { image: 'web:1', ports: [], tags: ['bad'] } });
    await pass();
    expect(status.toJSON().services['web']).to.include({ state: 'failed' });
    want({ web: { image: 'web:1', ports: [], tags: ['good'] } });
    await pass();
    expect(status.toJSON().services['web']).to.include({ state: 'running' });
  });

  it('leaves the new container running when the operator is stopped in the middle of a replacement', async () => {
    want({ web: { image: 'web:1', ports: [] } });
    await pass();
    want({ web: { image: 'db:1', ports: [] } });
    const end = new AbortController();
    const remove = engine.removeContainer.bind(engine);
    engine.removeContainer = async (id, options) => {
      end.abort();
      await remove(id, options);
    };
    await agent.pass(end.signal);
    expect([...engine.containers.values()].map(({ name, state, config }) => [name, state, config.image])).to.deep.equal(
      [['web', 'running', [...engine.images.values()].find(({ references }) => references.includes('db:1'))?.id]],
    );
    engine.calls.length = 0;
    want({ web: { image: 'web:1', ports: [] } });
    expect(await agent.pass(end.signal).catch((error: unknown) => String(error))).to.contain('interrupted');
    expect(attempts('stopContainer')).to.equal(0);
  });

  it('reports why the leader lock cannot be asked for, until the leader is known', async () => {
    agent = open();
    want({ web: { image: 'web:1', ports: [] } });
    agent.leaderUnknown(new Error('may not open a session'));
    expect(wakes).to.include('leader unknown');
    expect(await pass()).to.equal('ConsulFailed');
    expect(status.toJSON().lastError?.message).to.equal('may not open a session');
    agent.setLeader(false);
    expect(await pass()).to.equal('StandingBy');
    agent.setLeader(true);
    agent.leaderUnknown(new Error('Consul is away'));
    expect(await pass()).to.equal('Running');
  });

  it('names the process of the host that holds a port, and keeps what runs', async () => {
    const facts = await engine.facts();
    Object.assign(engine, {
      address: 'unix:///var/run/docker.sock',
      facts: async () => ({ ...facts, hostname: hostname() }),
    });
    want({ web: { image: 'web:1', ports: [{ incoming: 8080, outgoing: 80 }] } });
    await pass();
    const before = [...engine.containers.keys()];
    holders = [8080, 8081].map((port) => ({
      port,
      protocol: 'tcp',
      ip: '0.0.0.0',
      holder: port === 8080 ? 'docker-proxy (pid 7)' : 'nginx (pid 812)',
    }));
    want({ web: { image: 'web:1', ports: [{ incoming: 8081, outgoing: 80 }] } });
    expect(await pass()).to.equal('Running');
    expect([...engine.containers]).to.have.length(1);
    expect([...engine.containers.keys()]).to.deep.equal(before);
    expect(status.toJSON().services['web']).to.include({
      state: 'failed',
      error: 'port 8081/tcp of web is in use by nginx (pid 812)',
    });
    expect((await agent.preview()).refused.get('web')).to.contain('nginx (pid 812)');
    want({ db: { image: 'db:1', ports: [{ incoming: 8080, outgoing: 80 }] } });
    await pass();
    expect([...engine.containers.values()].map(({ name, state }) => `${name} ${state}`)).to.deep.equal(['db running']);
  });

  it('leaves a container that somebody has paused, and tells how to resume it', async () => {
    want({ web: { image: 'web:1', ports: [] } });
    await pass();
    const [container] = engine.containers.values();
    Object.assign(container ?? {}, { state: 'paused' });
    expect(await pass()).to.equal('Running');
    expect(attempts('createContainer')).to.equal(1);
    expect(status.toJSON().services['web']).to.include({
      state: 'failed',
      error: 'it is paused; to resume it: docker unpause web',
    });
  });

  it('keeps the script checks of a service whose value cannot be read', async () => {
    want({ web: { image: 'web:1', ports: [], checks: [{ script: 'true' }] } });
    await pass();
    await pass();
    const before = checks;
    expect(before.map(({ id }) => id)).to.deep.equal(['n1/web:1']);
    want({ web: '{' });
    await pass();
    expect(checks).to.deep.equal(before);
    want({});
    await pass();
    expect(checks).to.deep.equal([]);
  });
});
