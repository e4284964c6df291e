import { expect } from 'chai';
import { DirectoryUnreachable } from '../../src/lib/directories/directory-errors.ts';
import { EtcdHttp, type EtcdAccess } from '../../src/lib/directories/etcd/http.ts';
import { EtcdKeySpace } from '../../src/lib/directories/etcd/key-space.ts';
import { withChanges, type Snapshot } from '../../src/lib/directories/key-space.ts';
import { eventually } from '../support/eventually.ts';
import { etcdVersions, findEtcd, startEtcd, type TestEtcd } from '../support/etcd.ts';

for (const version of etcdVersions)
  describe(`a cluster of etcd ${version}`, function () {
    this.timeout(90_000);
    let etcd: TestEtcd;
    let over: AbortController;
    let prefix: string;

    before(async function () {
      const program = findEtcd(version);
      if (program === undefined) return this.skip();
      etcd = await startEtcd(program, { members: 3 });
    });
    after(() => etcd[Symbol.asyncDispose]());
    beforeEach(() => {
      over = new AbortController();
      prefix = `dops-test/${crypto.randomUUID().slice(0, 8)}/`;
    });
    afterEach(async () => {
      over.abort();
      await etcd.start();
    });

    function open(access: EtcdAccess = etcd.access): EtcdKeySpace {
      return new EtcdKeySpace(new EtcdHttp(access));
    }
    /** The members with one first. */
    function startingWith(member: number): EtcdAccess {
      const { endpoints } = etcd.access;
      return { endpoints: [...endpoints.slice(member), ...endpoints.slice(0, member)] };
    }
    async function put(keys: EtcdKeySpace, value: string, lease?: string): Promise<void> {
      const operation = { put: `${prefix}a`, value, ...(lease === undefined ? {} : { lease }) };
      await keys.transact({ compare: [], success: [operation] });
    }

    it('answers through another member when one is dead, and says so when none is alive', async () => {
      const follower = ((await etcd.leader()) + 1) % 3;
      using keys = open(startingWith(follower));
      await etcd.kill([follower]);
      await put(keys, '1');
      expect((await keys.read(prefix)).entries).to.have.length(1);
      await etcd.kill();
      const failure: unknown = await keys.read(prefix).catch((error: unknown) => error);
      expect(failure).to.be.instanceOf(DirectoryUnreachable);
      expect(String(failure)).to.match(
        /no endpoint of etcd answers \((?:http:\S+: nothing listens there(?:; )?){3}\)$/,
      );
    });

    it('keeps a lease and misses no change while its leader dies', async () => {
      const leader = await etcd.leader();
      using keys = open(startingWith(leader));
      const { id } = await keys.lease(30);
      await put(keys, '1', id);
      let known: Snapshot = await keys.read(prefix);
      const watched = keys.watch(known, over.signal)[Symbol.asyncIterator]();
      await watched.next();
      const broken = watched.next().catch((error: unknown) => error);
      await etcd.kill([leader]);
      expect(await broken).to.be.instanceOf(DirectoryUnreachable);
      await eventually(() => put(keys, '2', id));
      await eventually(async () => {
        expect(await keys.keepAlive(id)).to.equal(30);
      });
      for await (const changes of keys.watch(known, over.signal)) {
        known = withChanges(known, changes);
        if (known.entries[0]?.value === '2') break;
      }
      expect(known.entries[0]).to.include({ lease: id });
    });

    it('renews a lease in time although a member hangs, and then asks another one', async () => {
      const hanging = ((await etcd.leader()) + 1) % 3;
      using keys = open(startingWith(hanging));
      const { id } = await keys.lease(10);
      await put(keys, '1', id);
      etcd.freeze(hanging, true);
      try {
        for (let times = 0; times < 3; times += 1) expect(await keys.keepAlive(id)).to.equal(10);
        expect((await keys.read(prefix)).entries).to.have.length(1);
      } finally {
        etcd.freeze(hanging, false);
      }
    });

    it('ends a watch through a member that has lost the others, instead of staying silent', async () => {
      using keys = open(etcd.accessOf(0));
      const watched = keys.watch(await keys.read(prefix), over.signal)[Symbol.asyncIterator]();
      await watched.next();
      for (const other of [1, 2]) etcd.freeze(other, true);
      try {
        const failure: unknown = await watched.next().catch((error: unknown) => error);
        expect(failure).to.be.instanceOf(DirectoryUnreachable);
        expect(await keys.read(prefix).catch((error: unknown) => error)).to.be.instanceOf(DirectoryUnreachable);
      } finally {
        for (const other of [1, 2]) etcd.freeze(other, false);
      }
      await eventually(() => put(keys, '1'));
    });
  });
