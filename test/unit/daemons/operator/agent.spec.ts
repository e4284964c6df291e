import { expect } from 'chai';
import { observe } from '../../../../src/lib/observe/observe.ts';
import { applierOn } from '../../../../src/lib/apply/open-engine.ts';
import { NodeAgent } from '../../../../src/lib/daemons/operator/agent.ts';
import type { ScriptCheck } from '../../../../src/lib/daemons/operator/script-checks.ts';
import { resolveSettings } from '../../../../src/lib/daemons/operator/settings.ts';
import { Status } from '../../../../src/lib/daemons/operator/status.ts';
import { DirectoryUnreachable } from '../../../../src/lib/directories/directory-errors.ts';
import { EngineError, EngineUnreachable } from '../../../../src/lib/errors.ts';
import type { OpenEngine } from '../../../../src/lib/use-cases/open-engine.ts';
import { FakeClock } from '../../../support/fake-clock.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';
import { MemoryNodeDirectory } from '../../../support/memory-node-directory.ts';
import { facts } from '../../../support/specs.ts';

const root = '_wakeful/nodes/n1/';
const signal = new AbortController().signal;

describe('a pass of the operator', () => {
  let engine: FakeEngine;
  let directory: MemoryNodeDirectory;
  let clock: FakeClock;
  let status: Status;
  let warnings: string[];
  let wakes: string[];
  let checks: readonly ScriptCheck[];
  let agent: NodeAgent;

  beforeEach(() => {
    engine = new FakeEngine();
    directory = new MemoryNodeDirectory();
    clock = new FakeClock();
    status = new Status('n1', clock);
    [warnings, wakes, checks] = [[], [], []];
    for (const name of ['web', 'db', 'consul']) engine.addImage(`${name}:1`);
    agent = open();
  });

  function open(file = '', prefix = '_wakeful'): NodeAgent {
    const settings = resolveSettings({
      flags: { node: 'n1', consul: '10.0.0.5', prefix },
      environment: {},
      ...(file === '' ? {} : { file: { name: 'operator.json', text: file } }),
    });
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
      settings,
      environment: {},
      directory,
      openEngine: async () => opened,
      clock,
      status,
      progress: () => {},
      warn: (text) => warnings.push(text),
      wake: (reason) => wakes.push(reason),
      setChecks: (now) => {
        checks = now;
      },
    });
  }

  function want(services: Readonly<Record<string, unknown>>): void {
    for (const key of [...directory.keys.keys()].filter((each) => each.startsWith(`${root}apps/`)))
      directory.keys.delete(key);
    for (const [name, value] of Object.entries(services))
      directory.keys.set(`${root}apps/${name}`, typeof value === 'string' ? value : JSON.stringify(value));
    agent.directoryChanged(directory.tree());
  }

  async function pass(): Promise<string> {
    agent.setLeader(true);
    return agent.pass(signal).then(
      () => status.state,
      (error: unknown) => `${status.state}: ${String(error)}`,
    );
  }

  function containers(): readonly string[] {
    return [...engine.containers.values()].map(({ name, state }) => `${name} ${state}`).sort();
  }

  function writes(): readonly string[] {
    return engine.calls
      .filter(
        ({ method, subject }) =>
          ['createContainer', 'startContainer', 'stopContainer', 'removeContainer'].includes(method) &&
          !subject.includes('lock'),
      )
      .map(({ method, subject }) => `${method} ${subject}`);
  }

  it('runs and registers the desired services, and the next one has nothing to do', async () => {
    want({ web: { image: 'web:1', ports: [{ incoming: 8080, outgoing: 80 }] } });
    expect(await pass()).to.equal('Running');
    expect(containers()).to.deep.equal(['web running']);
    expect([...directory.services.keys()]).to.deep.equal(['n1/web']);
    const before = writes();
    expect(await pass()).to.equal('Running');
    expect(writes()).to.deep.equal(before);
  });

  it('does nothing before the directory has answered, nor while another operator is the leader', async () => {
    engine.calls.length = 0;
    await agent.pass(signal);
    expect(status.state).to.equal('Booting');
    want({ web: 'web:1' });
    await agent.pass(signal);
    expect(status.state).to.equal('Booting');
    agent.setLeader(false);
    await agent.pass(signal);
    expect(status.state).to.equal('StandingBy');
    expect(engine.calls).to.deep.equal([]);
  });

  it('reports a service that fails and retries it with growing pauses, while the others work', async () => {
    want({ db: { image: 'db:1', ports: [] }, web: { image: 'web:1', ports: [] } });
    const failNext = (): void => {
      engine.failNext('startContainer', 1, new EngineError('no such device', { code: 'X' }));
    };
    failNext();
    await pass();
    const failed = Object.entries(status.toJSON().services)
      .filter(([, { state }]) => state === 'failed')
      .map(([name]) => name);
    expect(failed).to.have.length(1);
    expect(containers().filter((text) => text.endsWith('running'))).to.have.length(1);
    const attempts = (): number => engine.calls.filter(({ method }) => method === 'startContainer').length;
    expect(attempts()).to.equal(2);
    await pass();
    expect(attempts()).to.equal(2);
    await clock.turn(1000);
    expect(await pass()).to.equal('Running');
    expect(attempts()).to.equal(3);
    expect(containers()).to.deep.equal(['db running', 'web running']);
    expect(Object.values(status.toJSON().services).map(({ state }) => state)).to.deep.equal(['running', 'running']);
  });

  it('tries a changed definition at once, however long the old one still waits', async () => {
    want({ web: { image: 'web:1', ports: [] } });
    engine.failNext('startContainer', 1, new EngineError('bad', { code: 'X' }));
    await pass();
    expect(status.toJSON().services['web']?.state).to.equal('failed');
    want({ web: { image: 'web:1', ports: [], labels: { a: 'b' } } });
    await pass();
    expect(containers()).to.deep.equal(['web running']);
  });

  it('keeps the container of a service whose value cannot be read any more', async () => {
    want({ web: { image: 'web:1', ports: [] } });
    await pass();
    want({ web: '{', db: { image: 'db:1', ports: [] } });
    expect(await pass()).to.equal('Running');
    expect(containers()).to.deep.equal(['db running', 'web running']);
    expect(status.toJSON().services['web']?.state).to.equal('unread');
    want({});
    await pass();
    expect(containers()).to.deep.equal([]);
  });

  it('pulls an image beside the loop, and runs the service when it has arrived', async () => {
    want({ web: { image: 'new:1', ports: [] }, db: { image: 'db:1', ports: [] } });
    await pass();
    expect(containers()).to.deep.equal(['db running']);
    await agent.pulled();
    expect(wakes).to.include('image');
    expect(status.toJSON().services['web']?.state).to.equal('waiting');
    engine.registry.add('new:1');
    await clock.turn(2000);
    await pass();
    await agent.pulled();
    await pass();
    expect(containers()).to.deep.equal(['db running', 'web running']);
  });

  it('reconciles containers while the directory is down, and reports that', async () => {
    want({ web: { image: 'web:1', ports: [] } });
    await pass();
    directory.isDown = true;
    engine.exitContainer([...engine.containers.keys()][0] ?? '', 1);
    expect(await pass()).to.contain('FetchingDirectoryStateFailed: DirectoryUnreachable');
    expect(containers()).to.deep.equal(['web running']);
    agent.directoryFailed(new Error('gone'));
    expect(await pass()).to.equal('FetchingDirectoryStateFailed');
    directory.isDown = false;
    directory.services.clear();
    agent.directoryChanged(directory.tree());
    expect(await pass()).to.equal('Running');
    expect([...directory.services.keys()]).to.deep.equal(['n1/web']);
  });

  it('repeats a request that the directory did not answer in the next pass', async () => {
    want({ web: { image: 'web:1', ports: [] } });
    directory.isDown = true;
    expect(await pass()).to.contain('FetchingDirectoryStateFailed');
    directory.isDown = false;
    expect(await pass()).to.equal('Running');
    expect([...directory.services.keys()]).to.deep.equal(['n1/web']);
  });

  it('runs containers although metadata cannot be written', async () => {
    agent = open('{ "metadata": { "rack": "7" } }');
    want({ web: { image: 'web:1', ports: [] } });
    directory.isDown = true;
    expect(await pass()).to.contain('PostingMetadataFailed');
    expect(containers()).to.deep.equal(['web running']);
  });

  it('fails as a whole, and no service with it, when the engine does not answer', async () => {
    want({ web: { image: 'web:1', ports: [] } });
    engine.failNext('listContainers', 1, new EngineUnreachable('gone', { code: 'X' }));
    expect(await pass()).to.contain('FetchingNodeStateFailed');
    expect(await pass()).to.equal('Running');
    engine.exitContainer([...engine.containers.keys()][0] ?? '', 1);
    engine.failNext('startContainer', 1, new EngineUnreachable('gone', { code: 'X' }));
    expect(await pass()).to.contain('NormalizingFailed');
    expect(await pass()).to.equal('Running');
    expect(containers()).to.deep.equal(['web running']);
  });

  it('starts a service consul, and nothing else, while Consul does not answer', async () => {
    agent = open(
      JSON.stringify({
        services: {
          consul: { image: 'consul:1', ports: [{ incoming: 8500, outgoing: 8500 }] },
          db: { image: 'db:1', ports: [] },
        },
      }),
    );
    agent.directoryFailed(new Error('nothing listens there'));
    await agent.pass(signal);
    expect(status.state).to.equal('ConsulFailed');
    expect(containers()).to.deep.equal(['consul running']);
    agent.directoryChanged(directory.tree());
    expect(await pass()).to.equal('Running');
    expect(containers()).to.deep.equal(['consul running', 'db running']);
    expect([...directory.services.keys()]).to.deep.equal(['n1/db']);
  });

  it('keeps what runs when the directory lost its data, until its keys are back and settled', async () => {
    const [web, db] = ['web', 'db'].map((name) => ({ image: `${name}:1`, ports: [] }));
    want({ web, db });
    await pass();
    directory.keys.clear();
    directory.services.clear();
    agent.directoryChanged(directory.tree(true));
    expect(await pass()).to.equal('Running');
    await clock.turn(60_000);
    agent.directoryChanged(directory.tree());
    expect(await pass()).to.equal('Running');
    expect(containers()).to.deep.equal(['db running', 'web running']);
    expect([...directory.services.keys()].sort()).to.deep.equal(['n1/db', 'n1/web']);
    want({ db });
    expect((await agent.pass(signal)).againMs).to.equal(30_000);
    expect(containers()).to.deep.equal(['db running', 'web running']);
    await clock.turn(30_000);
    await pass();
    expect(containers()).to.deep.equal(['db running']);
    want({});
    await pass();
    expect(containers()).to.deep.equal([]);
  });

  it('removes nothing while keys come back one at a time, and one that came back can be deleted', async () => {
    const services = Object.fromEntries(
      ['web', 'db', 'consul'].map((name) => [name, { image: `${name}:1`, ports: [] }]),
    );
    want(services);
    await pass();
    const { web, db } = services;
    directory.keys.clear();
    directory.keys.set(`${root}apps/web`, JSON.stringify(web));
    agent.directoryChanged(directory.tree(true));
    await pass();
    await clock.turn(20_000);
    want({ web, db });
    await clock.turn(20_000);
    await pass();
    expect(containers()).to.deep.equal(['consul running', 'db running', 'web running']);
    want({ db });
    await pass();
    expect(containers()).to.deep.equal(['consul running', 'db running']);
    agent.directoryFailed(new Error('gone'));
    await clock.turn(60_000);
    await pass();
    agent.directoryChanged(directory.tree());
    await pass();
    expect(containers()).to.deep.equal(['consul running', 'db running']);
    await clock.turn(30_000);
    await pass();
    expect(containers()).to.deep.equal(['db running']);
  });

  it('writes metadata that is missing or differs, and leaves other keys', async () => {
    agent = open('{ "metadata": { "rack": "7", "zone": "b" } }');
    directory.keys.set(`${root}metadata/zone`, 'b').set(`${root}metadata/other`, 'x');
    agent.directoryChanged(directory.tree());
    await pass();
    expect([...directory.keys].sort()).to.deep.equal([
      [`${root}metadata/other`, 'x'],
      [`${root}metadata/rack`, '7'],
      [`${root}metadata/zone`, 'b'],
    ]);
  });

  it('logs each notice once', async () => {
    directory.keys.set(`${root}web`, 'web:1');
    agent.directoryChanged(directory.tree());
    await pass();
    await pass();
    expect(warnings).to.deep.equal([`${root}web: nothing runs from here; write it to ${root}apps/web`]);
  });

  it("warns once when Consul gives the address of a container as the node's, and not with --address", async () => {
    want({ web: { image: 'web:1', ports: [] } });
    await pass();
    expect(warnings).to.deep.equal([]);
    const list = engine.listContainers.bind(engine);
    engine.listContainers = async (query) =>
      (await list(query)).map((row) => ({ ...row, addresses: { bridge: '192.0.2.7' } }));
    await pass();
    await pass();
    expect(warnings).to.have.length(1);
    expect(warnings[0]).to.contain('192.0.2.7, which is a container here').and.contain('--address');
    agent = open('{ "address": "192.0.2.7" }');
    agent.directoryChanged(directory.tree());
    await pass();
    expect(warnings).to.have.length(1);
  });

  it('runs the script checks of running services', async () => {
    want({ web: { image: 'web:1', ports: [], checks: [{ script: 'true' }] } });
    await pass();
    await pass();
    expect(checks.map(({ id, command }) => [id, ...command])).to.deep.equal([['n1/web:1', 'true']]);
  });

  it('follows events of its own containers and images, and of others only when they hold what it needs', async () => {
    const event = (type: string, action: string, labels: Readonly<Record<string, string>> = {}): boolean =>
      agent.isConcernedBy({ type, action, id: 'x', labels, time: 0 });
    want({ web: { image: 'web', ports: [{ incoming: 8080, outgoing: 80 }] } });
    engine.addImage('web:latest');
    await pass();
    const own = { 'dockerops.node': 'n1', 'dockerops.kind': 'instance' };
    expect([
      event('stream', 'open'),
      event('container', 'die', own),
      event('image', 'tag', { name: 'web:latest' }),
      event('image', 'load'),
    ]).to.deep.equal([true, true, true, true]);
    expect([
      event('container', 'die'),
      event('container', 'die', { ...own, 'dockerops.kind': 'lock' }),
      event('image', 'tag', { name: 'x:1' }),
      event('network', 'create'),
    ]).to.deep.equal([false, false, false, false]);
    want({
      db: { image: 'db:1', ports: [{ incoming: 8080, outgoing: 80 }] },
      web: { image: 'web', ports: [{ incoming: 8080, outgoing: 80 }] },
    });
    await pass();
    expect([event('container', 'destroy'), event('container', 'start')]).to.deep.equal([true, false]);
  });

  it('removes nothing of an operator of the same node with another prefix or datacenter', async () => {
    want({ web: { image: 'web:1', ports: [] } });
    await pass();
    const entries = [...directory.services.keys()];
    for (const [prefix, datacenter] of [
      ['trial', 'dc1'],
      ['_wakeful', 'dc2'],
    ] as const) {
      directory.datacenter = datacenter;
      agent = open('', prefix);
      agent.directoryChanged({ pairs: [], wasReset: false });
      expect(await pass()).to.equal('Running');
      expect(containers()).to.deep.equal(['web running']);
      if (prefix === 'trial') expect([...directory.services.keys()]).to.deep.equal(entries);
    }
  });

  it('removes nothing before it knows its datacenter', async () => {
    want({ web: { image: 'web:1', ports: [] } });
    await pass();
    agent = open();
    agent.directoryChanged({ pairs: [], wasReset: false });
    const place = directory.place.bind(directory);
    directory.place = async () => {
      throw new DirectoryUnreachable('no answer', { code: 'X' });
    };
    expect(await pass()).to.equal('FetchingDirectoryStateFailed: DirectoryUnreachable: no answer');
    expect(containers()).to.deep.equal(['web running']);
    directory.place = place;
    expect(await pass()).to.equal('Running');
    expect(containers()).to.deep.equal([]);
  });

  it('runs an image that is given by its id, without a pull', async () => {
    const image = [...engine.images.values()].find(({ references }) => references.includes('web:1'))?.id;
    want({ web: { image } });
    expect(await pass()).to.equal('Running');
    expect([containers(), agent.isPulling]).to.deep.equal([['web running'], false]);
  });

  it('tells the loop which containers the engine listed, so that an event can be compared with them', async () => {
    want({ web: { image: 'web:1', ports: [] } });
    await pass();
    const [id = ''] = engine.containers.keys();
    const states = async (): Promise<unknown> => (await agent.pass(signal)).listed?.map(({ state }) => state);
    expect(await states()).to.deep.equal(['running']);
    engine.exitContainer(id, 137);
    expect(await states()).to.deep.equal(['exited']);
    expect(containers()).to.deep.equal(['web running']);
  });

  it('replaces a container when the value of a secret changed', async () => {
    want({ web: { image: 'web:1', ports: [], env: { DB_PASSWORD: 'one' } } });
    await pass();
    await pass();
    expect(writes().filter((text) => text.startsWith('create'))).to.have.length(1);
    engine.calls.length = 0;
    await pass();
    expect(
      engine.calls.map(({ method }) => method),
      'asked for once',
    ).to.not.include('inspectContainer');
    want({ web: { image: 'web:1', ports: [], env: { DB_PASSWORD: 'swordfish' } } });
    await pass();
    expect(writes().filter((text) => text.startsWith('create'))).to.have.length(1);
    expect(JSON.stringify([...engine.containers.values()].map(({ config }) => config.labels))).not.to.contain(
      'swordfish',
    );
  });
});
