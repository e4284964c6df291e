import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testImageArchive, testImage, ensureTestImage, openRealEngine } from '../support/real-engine.ts';
import type { Engine } from '../../src/lib/engine/engine.ts';
import { findConsul, startConsul, type TestConsul } from '../support/consul.ts';
import { docker } from '../support/docker.ts';
import { eventually } from '../support/eventually.ts';
import { TestNode, patient } from '../support/operator-node.ts';
import type { TestOperator } from '../support/operator.ts';

describe('the operator', function () {
  this.timeout(60_000);
  let engine: Engine;
  let consul: TestConsul | undefined;
  let node: TestNode;

  before(async function () {
    const program = findConsul();
    if (program === undefined) return this.skip();
    engine = await openRealEngine();
    await ensureTestImage(engine);
    consul = await startConsul(program);
  });
  after(() => consul?.[Symbol.asyncDispose]());
  beforeEach(() => {
    node = new TestNode(consul!, engine);
  });
  afterEach(() => node.close());

  async function running(operator: TestOperator, ...names: readonly string[]): Promise<void> {
    await operator.until(({ state, services }) => {
      expect(state).to.equal('Running');
      for (const name of names) expect(services[node.service(name)]?.state, name).to.equal('running');
    });
    for (const name of names) await eventually(() => node.container(name));
  }

  const fromConsul = async (path: string): Promise<string> =>
    (await fetch(`http://${node.consul.address}/v1/${path}`)).text();

  it('runs what the keys define: containers, registrations, metadata; a bad value affects one service', async () => {
    await node.put(`apps/${node.service('bad')}`, '{"image": 5}');
    await node.put('web', 'web:1');
    await node.run('web', {
      ports: [{ incoming: 28_080, outgoing: 80 }],
      env: { WHO: 'I am $WHO' },
      tags: ['blue'],
      labels: { team: 'a' },
      checks: [{ script: 'test -d /tmp', interval: '1s' }],
    });
    const operator = node.start(['-metadata', '{"rack": "7"}'], { WHO: 'web' });
    await running(operator, 'web');
    const container = await node.container('web');
    const { environment } = await engine.inspectContainer(container.id);
    expect(environment).to.include.members([
      `SERVICENAME=${node.service('web')}`,
      `NODE=${node.name}`,
      'CONSULHOST=127.0.0.1',
      'WHO=I am web',
    ]);
    expect(container.labels).to.include({ team: 'a', 'dockerops.node': node.name });
    const [entry] = await eventually(async () => {
      const entries = await node.entries();
      expect(entries).to.have.length(1);
      return entries;
    });
    expect(entry).to.deep.include({
      id: `${node.name}/${node.service('web')}`,
      name: node.service('web'),
      tags: ['blue'],
      port: 28_080,
      address: '127.0.0.1',
    });
    expect(entry?.meta).to.include({ 'port-80-tcp': '28080' });
    await eventually(async () =>
      expect(await fromConsul(`health/checks/${node.service('web')}`)).contains('"passing"'),
    );
    expect(await fromConsul(`kv/_wakeful/nodes/${node.name}/metadata/rack?raw`)).to.equal('7');
    const state = await operator.state();
    expect(state.services[node.service('bad')]).to.include({
      state: 'unread',
      error: `_wakeful/nodes/${node.name}/apps/${node.service('bad')}:1:2: image must be text in double quotes`,
    });
    expect(state.notices).to.deep.equal([
      `_wakeful/nodes/${node.name}/web: nothing runs from here; write it to _wakeful/nodes/${node.name}/apps/web`,
    ]);
    expect((await operator.page('/_health')).status).to.equal(204);
    expect((await operator.page('/metrics')).text)
      .to.contain('dockerops_operator_services{state="running"} 1')
      .and.contain('dockerops_operator_state{state="Running"} 1');
    await node.stop('web');
    await eventually(async () => {
      expect(await node.containers()).to.deep.equal({});
      expect(await node.entries()).to.deep.equal([]);
    });
    expect(await operator.end('SIGTERM')).to.equal(0);
  });

  it('restores containers that are killed, removed or stopped by hand, and leaves paused and other ones', async () => {
    await node.run('kept');
    await node.run('hit');
    const operator = node.start();
    await running(operator, 'kept', 'hit');
    const kept = (await node.container('kept')).id;
    const startOf = (id: string): Promise<string> => docker('inspect', '-f', '{{.State.StartedAt}}', id);
    for (const blow of ['kill', 'rm -f', 'stop -t 0']) {
      const before = await node.container('hit');
      const started = await startOf(before.id);
      await docker(...blow.split(' '), before.id);
      await eventually(async () => {
        const { id } = await node.container('hit');
        expect(await startOf(id)).not.to.equal(started);
        expect(id === before.id, 'started again as it is').to.equal(blow !== 'rm -f');
      });
    }
    await running(operator, 'kept', 'hit');
    const { id } = await node.container('hit');
    await docker('pause', id);
    await operator.until(({ services }) => {
      expect(services[node.service('hit')]?.error).to.contain('it is paused');
    });
    await docker('unpause', id);
    await running(operator, 'hit');
    expect((await node.container('hit')).id).to.equal(id);
    expect((await node.container('kept')).id).to.equal(kept);
  });

  it('does not touch a container of somebody else, and uses the name when it is free', async () => {
    const foreign = await docker(
      'run',
      '-d',
      '--name',
      node.service('web'),
      '--label',
      'dockerops.test=operator',
      testImage,
      'sleep',
      '1000',
    );
    try {
      await node.run('web');
      await node.run('more');
      const operator = node.start();
      await running(operator, 'more');
      await operator.until(({ services }) => {
        expect(services[node.service('web')]?.error).to.contain('is in use by a container that dockerops did not make');
      });
      expect(await docker('inspect', '--format', '{{.State.Running}}', foreign)).to.equal('true');
      expect((await node.entries()).map(({ name }) => name)).to.deep.equal([node.service('more')]);
      await docker('rm', '-f', foreign);
      await running(operator, 'web');
    } finally {
      await docker('rm', '-f', foreign).catch(() => {});
    }
  });

  it('settles on the last of 100 values within a second', async () => {
    await node.run('web');
    const operator = node.start();
    await running(operator, 'web');
    for (let count = 1; count <= 100; count += 1) await node.run('web', { env: { COUNT: String(count) } });
    await eventually(async () => {
      const { id } = await node.container('web');
      expect((await engine.inspectContainer(id)).environment).to.include('COUNT=100');
    });
    const { id } = await node.container('web');
    await running(operator, 'web');
    expect((await node.container('web')).id).to.equal(id);
    expect(operator.log.split('"operation":"create ').length - 1).to.be.below(20);
  });

  it('changes nothing that is right after it was killed and started again', async () => {
    await node.run('aa');
    await node.run('bb', { ports: [{ incoming: 28_081, outgoing: 80 }] });
    const first = node.start();
    await running(first, 'aa', 'bb');
    const ids = Object.values(await node.containers())
      .map(({ id }) => id)
      .sort();
    await first.end('SIGKILL');
    const second = node.start();
    await running(second, 'aa', 'bb');
    expect(
      Object.values(await node.containers())
        .map(({ id }) => id)
        .sort(),
    ).to.deep.equal(ids);
    expect(second.log).not.to.contain('"operation":"create').and.not.contain('"operation":"register');
  });

  it('stands by while another operator works on its node, and takes over from a dead one', async () => {
    const first = node.start();
    await running(first);
    const other = node.start();
    await other.until(({ state }) => {
      expect(state).to.equal('StandingBy');
    });
    expect((await other.page('/_health')).status).to.equal(503);
    expect(other.log).to.contain('another operator works on this node: standing by');
    await first.end('SIGKILL');
    await running(other);
    await node.run('web');
    await running(other, 'web');
  });

  it('runs a service when its image appears, and all others meanwhile', async () => {
    const reference = `dops-test/${node.name}:1`;
    await node.put(`apps/${node.service('late')}`, JSON.stringify({ image: reference, command: patient }));
    await node.run('web');
    const operator = node.start();
    await running(operator, 'web');
    await operator.until(({ services }) => {
      expect(services[node.service('late')]).to.include({ state: 'waiting' });
    });
    await engine.loadImages(await testImageArchive(reference), () => {});
    try {
      await running(operator, 'late');
    } finally {
      await node.close();
      await engine.removeImage(reference);
    }
  });

  it('keeps what runs while Consul is down, also at its own start, and resumes when it is back', async () => {
    await node.run('web');
    const first = node.start();
    await running(first, 'web');
    await consul?.kill();
    await first.until(({ state }) => {
      expect(state).to.equal('FetchingDirectoryStateFailed');
    });
    const { id } = await node.container('web');
    await docker('rm', '-f', id);
    await eventually(async () => {
      expect((await node.container('web')).id).not.to.equal(id);
    });
    await first.end('SIGTERM');
    const second = node.start();
    await second.until(({ state, lastError }) => {
      expect(state).to.equal('ConsulFailed');
      expect(lastError?.message).to.contain('does not answer');
    });
    const kept = (await node.container('web')).id;
    await consul?.start();
    await running(second, 'web');
    await node.run('more');
    await running(second, 'more');
    expect((await node.container('web')).id).to.equal(kept);
  });

  it('keeps what runs when Consul has lost its data, until its keys are back', async function () {
    this.timeout(120_000);
    await node.run('web');
    await node.run('old');
    const operator = node.start();
    await running(operator, 'web', 'old');
    const { id } = await node.container('web');
    await consul?.kill();
    await consul?.wipe();
    await consul?.start();
    await operator.until(({ state, notices }) => {
      expect(state).to.equal('Running');
      expect(notices.join()).to.contain('Consul has lost its data');
    });
    await eventually(async () => {
      expect(await node.entries()).to.have.length(2);
    });
    expect(Object.keys(await node.containers())).to.have.members(['web', 'old']);
    await node.run('web');
    // When no key has changed for half a minute, only the keys that came back count.
    await eventually(async () => {
      expect(Object.keys(await node.containers())).to.deep.equal(['web']);
    }, 45_000);
    expect((await node.container('web')).id).to.equal(id);
  });

  it('reads its settings again at SIGHUP; wrong ones change nothing, and what runs keeps running', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'dops-test-reload-'));
    const config = join(directory, 'operator.json');
    const define = (...names: readonly string[]): Promise<void> => {
      const services = names.map((name) => [node.service(name), { image: testImage, command: patient }]);
      return writeFile(config, JSON.stringify({ services: Object.fromEntries(services) as unknown }));
    };
    try {
      await define('web');
      const operator = node.start(['--config', config]);
      await running(operator, 'web');
      const { id } = await node.container('web');
      await writeFile(config, '{ "services": 5 }');
      operator.signal('SIGHUP');
      await eventually(() => expect(operator.log).to.contain('the settings are wrong'));
      await define('web', 'more');
      operator.signal('SIGHUP');
      await eventually(() => node.container('more'));
      expect((await node.container('web')).id).to.equal(id);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('handles 500 keys, of which two can run', async () => {
    await node.run('web');
    for (let count = 0; count < 498; count += 1)
      await node.put(`services/${node.service(`s${String(count)}`)}`, 'dops-test/never:1');
    const operator = node.start();
    await node.run('more');
    await running(operator, 'web', 'more');
    const { services } = await operator.state();
    expect(Object.values(services).filter(({ state }) => state === 'waiting')).to.have.length(498);
  });
});
