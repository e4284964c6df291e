import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { docker } from '../support/docker.ts';
import { findEtcd, startEtcd, type TestEtcd } from '../support/etcd.ts';
import { Hosts } from '../support/hosts.ts';
import { ensureTestImage, openRealEngine, testImage } from '../support/real-engine.ts';
import { RegistratorWorld } from '../support/registrator-world.ts';

describe('the registrator and its engine', function () {
  this.timeout(180_000);
  const hosts = new Hosts(`dops-test-registrator-${randomBytes(3).toString('hex')}`);
  let etcd: TestEtcd | undefined;

  before(async function () {
    const program = findEtcd('3.5');
    if (program === undefined) return this.skip();
    await ensureTestImage(await openRealEngine());
    etcd = await startEtcd(program);
    await hosts.open();
  });
  after(async () => {
    await hosts.close();
    await etcd?.[Symbol.asyncDispose]();
  });

  it('keeps its keys while the engine is down, and follows it when that is back', async () => {
    const host = await hosts.start('engine');
    await hosts.load(host, [testImage]);
    const engine = await openRealEngine({ environment: {}, platform: 'linux', host: host.engine });
    await using world = await RegistratorWorld.open(etcd!, engine);
    const registrator = world.start('a', ['--host', host.engine]);
    await world.startContainer('one');
    await world.until((visible) => expect(visible).to.have.property('one'));
    const [before] = await world.entries();
    await docker('kill', host.container);
    await registrator.until(({ state }) => expect(state).to.equal('EngineFailed'));
    expect((await registrator.page('/_health')).status).to.equal(503);
    // Longer than the ttl: the lease is still renewed.
    await new Promise((resolve) => setTimeout(resolve, 7000));
    expect(await world.entries()).to.deep.equal([before]);
    await docker('start', host.container);
    await hosts.awaitEngine(host);
    // Its container was not started again.
    await world.until((visible) => expect(visible).to.deep.equal({}), 60_000);
    await world.startContainer('two');
    await world.until((visible) => expect(Object.keys(visible)).to.deep.equal(['two']));
    await registrator.until(({ state }) => expect(state).to.equal('Running'));
  });
});
