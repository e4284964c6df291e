import { ConsulHttp } from '../../src/lib/directories/consul/http.ts';
import { ConsulKeySpace } from '../../src/lib/directories/consul/key-space.ts';
import { findConsul, startConsul, type TestConsul } from '../support/consul.ts';
import { keySpaceContract } from './key-space.suite.ts';

describe('the key space in Consul', function () {
  this.timeout(60_000);
  let consul: TestConsul;

  before(async function () {
    const program = findConsul();
    if (program === undefined) return this.skip();
    consul = await startConsul(program);
  });
  after(() => consul[Symbol.asyncDispose]());

  keySpaceContract(() => ({
    open: () => new ConsulKeySpace(new ConsulHttp(consul.access)),
    stop: () => consul.kill(),
    start: () => consul.start(),
    wipe: () => consul.wipe(),
  }));
});
