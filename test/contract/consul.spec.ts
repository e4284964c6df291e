import { findConsul, startConsul, type TestConsul } from '../support/consul.ts';
import { consulContract } from './consul.suite.ts';

describe('Consul', function () {
  this.timeout(60_000);
  let consul: TestConsul | undefined;

  before(async function () {
    const program = findConsul();
    if (program === undefined) return this.skip();
    consul = await startConsul(program);
  });
  after(() => consul?.[Symbol.asyncDispose]());
  consulContract(() => consul!);
});
