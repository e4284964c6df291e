import { FakeEngine } from '../support/fake-engine.ts';
import { engineContract } from './engine.suite.ts';

describe('the fake engine', () => {
  engineContract(() => {
    const engine = new FakeEngine();
    engine.addImage('dops-test/busybox:latest');
    return {
      engine,
      prefix: 'fake-',
      labels: { 'dockerops.test': 'fake' },
      image: 'dops-test/busybox:latest',
      directory: '/srv',
    };
  });
});
