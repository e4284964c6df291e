import { ConsulHttp } from '../../src/lib/directories/consul/http.ts';
import { ConsulKeySpace } from '../../src/lib/directories/consul/key-space.ts';
import { RootedKeys } from '../../src/lib/directories/consul/rooted-keys.ts';
import { findConsul, startConsul, type TestConsul } from '../support/consul.ts';
import { registratorRules } from './registrator.suite.ts';

describe('registrators on Consul', function () {
  this.timeout(120_000);
  let consul: TestConsul;

  before(async function () {
    const program = findConsul();
    if (program === undefined) return this.skip();
    consul = await startConsul(program);
  });
  after(() => consul[Symbol.asyncDispose]());

  registratorRules(() => ({
    open: () => new RootedKeys(new ConsulKeySpace(new ConsulHttp(consul.access))),
    ttl: '10s',
  }));
});
