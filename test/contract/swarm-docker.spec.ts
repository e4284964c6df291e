import { randomBytes } from 'node:crypto';
import type { Engine } from '../../src/lib/engine/engine.ts';
import { ensureTestImage, findTestEngine, testImage } from '../support/real-engine.ts';
import { engineOf, TestSwarm } from '../support/swarm.ts';
import { swarmContract } from './swarm.suite.ts';

describe('the Swarm of a Docker engine', function () {
  // The first run on a machine makes the base images.
  this.timeout(300_000);
  const swarm = new TestSwarm(`dops-test-swarm-${randomBytes(3).toString('hex')}`);
  let engine: Engine | undefined;

  before(async function () {
    const here = await findTestEngine();
    if (here === undefined) return this.skip();
    await ensureTestImage(here);
    engine = await engineOf(await swarm.open([testImage]));
  });
  after(() => swarm.close());

  swarmContract(() => {
    if (engine === undefined) throw new Error('no Swarm');
    return { engine, labels: { 'dockerops.test': 'swarm' }, image: testImage };
  });
});
