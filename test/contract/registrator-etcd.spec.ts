import { EtcdHttp } from '../../src/lib/directories/etcd/http.ts';
import { EtcdKeySpace } from '../../src/lib/directories/etcd/key-space.ts';
import { etcdVersions, findEtcd, startEtcd, type TestEtcd } from '../support/etcd.ts';
import { registratorRules } from './registrator.suite.ts';

for (const version of etcdVersions)
  describe(`registrators on etcd ${version}`, function () {
    this.timeout(90_000);
    let etcd: TestEtcd;

    before(async function () {
      const program = findEtcd(version);
      if (program === undefined) return this.skip();
      etcd = await startEtcd(program);
    });
    after(() => etcd[Symbol.asyncDispose]());

    registratorRules(() => ({ open: () => new EtcdKeySpace(new EtcdHttp(etcd.access)), ttl: '5s' }));
  });
