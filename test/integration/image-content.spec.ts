import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import type { Engine } from '../../src/lib/engine/engine.ts';
import { imageContent } from '../../src/lib/model/image-content.ts';
import { docker } from '../support/docker.ts';
import { type Host, Hosts } from '../support/hosts.ts';
import { ensureTestImage, findTestEngine, openRealEngine, testImageArchive } from '../support/real-engine.ts';

/** An engine of Debian 12 with the classic store, and one of today with containerd's. */
describe('the content of an image', function () {
  this.timeout(300_000);
  const prefix = `dops-test-content-${randomBytes(3).toString('hex')}`;
  const reference = `${prefix}/web:1`;
  const hosts = new Hosts(prefix);
  let engine: Engine;
  const engines: Engine[] = [];
  before(async function () {
    const found = await findTestEngine();
    if (found === undefined) return this.skip();
    engine = found;
    await ensureTestImage(engine);
    await hosts.open(['sid']);
    const started = [
      await hosts.start('old'),
      await hosts.start('new', 'sid', '--feature containerd-snapshotter=true'),
    ];
    for (const host of started) engines.push(await engineOf(host));
    await engine.loadImages(await testImageArchive(reference, { 'dockerops.test': prefix, b: '2', a: '1' }), () => {});
    for (const host of started) await hosts.load(host, [reference]);
  });
  after(async () => {
    await hosts.close();
    await docker('image', 'rm', reference).catch(() => {});
  });

  const engineOf = ({ engine: host }: Host): Promise<Engine> =>
    openRealEngine({ environment: {}, platform: process.platform, host });

  it('is the same on an engine with the classic store and on one with that of containerd, unlike its id', async () => {
    const details = await Promise.all([engine, ...engines].map((each) => each.findImage(reference)));
    const contents = details.map((detail) => detail && imageContent(detail));
    expect(contents[0]).to.match(/^sha256:[0-9a-f]{64}$/);
    expect(new Set(contents).size).to.equal(1);
    expect(new Set(details.map((detail) => detail?.id)).size).to.equal(2);
  });
});
