import { EtcdHttp } from '../../src/lib/directories/etcd/http.ts';
import { EtcdKeySpace } from '../../src/lib/directories/etcd/key-space.ts';
import { etcdVersions, findEtcd, startEtcd, type TestEtcd } from '../support/etcd.ts';
import { keySpaceContract } from './key-space.suite.ts';

/** So that reads take several pages. */
const pageSize = 7;

for (const version of etcdVersions)
  describe(`the key space in etcd ${version}`, function () {
    this.timeout(60_000);
    let etcd: TestEtcd;

    before(async function () {
      const program = findEtcd(version);
      if (program === undefined) return this.skip();
      etcd = await startEtcd(program);
    });
    after(() => etcd[Symbol.asyncDispose]());

    keySpaceContract(() => ({
      open: () => new EtcdKeySpace(new EtcdHttp(etcd.access), pageSize),
      stop: () => etcd.kill(),
      start: () => etcd.start(),
      wipe: () => etcd.wipe(),
      compact: (revision) => etcd.compact(revision),
    }));
  });
