import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { ensureTestImage, openRealEngine, testImage } from '../support/real-engine.ts';
import { findConsul, startConsul, type TestConsul } from '../support/consul.ts';
import { docker } from '../support/docker.ts';
import { eventually } from '../support/eventually.ts';
import { Hosts } from '../support/hosts.ts';
import { TestNode } from '../support/operator-node.ts';

describe('the operator and its engine', function () {
  this.timeout(180_000);
  const hosts = new Hosts(`dops-test-operator-${randomBytes(3).toString('hex')}`);
  let consul: TestConsul | undefined;

  before(async function () {
    const program = findConsul();
    if (program === undefined) return this.skip();
    await ensureTestImage(await openRealEngine());
    consul = await startConsul(program);
    await hosts.open();
  });
  after(async () => {
    await hosts.close();
    await consul?.[Symbol.asyncDispose]();
  });

  it('waits for an engine that is down, and keeps the containers that this one restarts', async () => {
    const host = await hosts.start('engine');
    await hosts.load(host, [testImage]);
    const engine = await openRealEngine({ environment: {}, platform: 'linux', host: host.engine });
    const node = new TestNode(consul!, engine);
    const operator = node.start(['--host', host.engine]);
    try {
      await node.run('web');
      await operator.until(({ services }) => {
        expect(services[node.service('web')]?.state).to.equal('running');
      });
      const { id } = await node.container('web');
      await docker('kill', host.container);
      await operator.until(({ state }) => {
        expect(state).to.equal('FetchingNodeStateFailed');
      });
      await node.run('more');
      await docker('start', host.container);
      await hosts.awaitEngine(host);
      await operator.until(({ state, services }) => {
        expect(state).to.equal('Running');
        expect(services[node.service('more')]?.state).to.equal('running');
      }, 60_000);
      await eventually(async () => {
        expect((await node.container('web')).id).to.equal(id);
      });
      await eventually(async () => {
        expect(await node.entries()).to.have.length(2);
      });
    } finally {
      await operator.end('SIGKILL');
    }
  });
});
