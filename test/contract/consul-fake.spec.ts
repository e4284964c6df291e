import { FakeConsul } from '../support/fake-consul.ts';
import { consulContract } from './consul.suite.ts';

describe('the fake Consul', function () {
  this.timeout(30_000);
  const consul = new FakeConsul();
  before(() => consul.start());
  after(() => consul[Symbol.asyncDispose]());
  consulContract(() => consul);
});
