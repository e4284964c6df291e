import { FakeEngine } from '../support/fake-engine.ts';
import { swarmContract } from './swarm.suite.ts';

describe('the fake Swarm', () => {
  swarmContract(() => {
    const engine = new FakeEngine();
    engine.swarm = 'manager';
    engine.cluster.addNode('one', { role: 'manager' });
    engine.addImage('dops-test/busybox:latest');
    return { engine, labels: { 'dockerops.test': 'fake' }, image: 'dops-test/busybox:latest' };
  });
});
