import { expect } from 'chai';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DirectoryDenied } from '../../src/lib/directories/directory-errors.ts';
import { EtcdHttp } from '../../src/lib/directories/etcd/http.ts';
import { EtcdKeySpace } from '../../src/lib/directories/etcd/key-space.ts';
import { openEtcd, type EtcdSettings } from '../../src/lib/directories/etcd/open-etcd.ts';
import type { DockeropsError } from '../../src/lib/errors.ts';
import { makeCertificates } from '../support/certificates.ts';
import { etcdVersions, findEtcd, startEtcd, type TestEtcd } from '../support/etcd.ts';

async function failureOf(promise: Promise<unknown>): Promise<DockeropsError> {
  return promise.then(
    () => {
      throw new Error('it succeeded');
    },
    (error: unknown) => error as DockeropsError,
  );
}

/** Signal of watches that are ended by their test. */
const never = new AbortController().signal;

for (const version of etcdVersions) {
  describe(`etcd ${version} with logins`, function () {
    this.timeout(60_000);
    let etcd: TestEtcd;

    before(async function () {
      const program = findEtcd(version);
      if (program === undefined) return this.skip();
      etcd = await startEtcd(program);
      await etcd.enableLogins('own/');
    });
    after(() => etcd[Symbol.asyncDispose]());

    function as(name?: string, password = ''): EtcdKeySpace {
      return new EtcdKeySpace(
        new EtcdHttp({ ...etcd.access, ...(name === undefined ? {} : { user: { name, password } }) }),
      );
    }
    const user = (): EtcdKeySpace => as('user', 'secret');
    /** Tokens are in its memory only. */
    const restart = async (): Promise<void> => {
      await etcd.kill();
      await etcd.start();
    };

    it('answers a user who has the permission, also with a token that it has forgotten', async () => {
      using keys = user();
      await keys.transact({ compare: [], success: [{ put: 'own/a', value: '1' }] });
      await restart();
      const snapshot = await keys.read('own/');
      expect(snapshot.entries).to.have.length(1);
      await restart();
      const watched = keys.watch(snapshot, never)[Symbol.asyncIterator]();
      expect((await watched.next()).done).to.equal(false);
      await watched.return?.();
      await restart();
      const write = keys.transact({ compare: [], success: [{ put: 'own/a', value: '2' }] });
      expect((await write).succeeded).to.equal(true);
    });

    it('rejects a wrong password, and requests without a login', async () => {
      for (const keys of [as('user', 'wrong'), as()]) {
        const failure = await failureOf(keys.read('own/'));
        expect(failure).to.be.instanceOf(DirectoryDenied);
        expect(failure.suggestions[0]).to.contain('--etcd-user');
      }
      expect((await failureOf(as('user', 'wrong').read('own/'))).message).to.match(/^log in as user: etcd at /);
    });

    it('rejects what the user has no permission for, also watches', async () => {
      using keys = user();
      const read = await failureOf(keys.read('other/'));
      expect(read).to.be.instanceOf(DirectoryDenied);
      expect(read.message).to.match(
        /^read the keys below other\/: etcd at http:\S+ does not permit it to the user user \(/,
      );
      const snapshot = { prefix: 'other/', entries: [], revision: 1n };
      const watched = keys.watch(snapshot, never)[Symbol.asyncIterator]();
      expect(await failureOf(watched.next())).to.be.instanceOf(DirectoryDenied);
      const write = keys.transact({ compare: [], success: [{ put: 'other/a', value: '1' }] });
      expect(await failureOf(write)).to.be.instanceOf(DirectoryDenied);
    });
  });

  describe(`etcd ${version} with TLS`, function () {
    this.timeout(60_000);
    let etcd: TestEtcd;
    let files: string;

    before(async function () {
      const program = findEtcd(version);
      if (program === undefined) return this.skip();
      files = await mkdtemp(join(tmpdir(), 'dops-test-etcd-tls-'));
      await makeCertificates(files, 'etcd.test');
      etcd = await startEtcd(program, { tls: { ca: at('ca.pem'), cert: at('server.pem'), key: at('server.key') } });
    });
    after(async () => {
      await etcd[Symbol.asyncDispose]();
      await rm(files, { recursive: true });
    });

    const at = (name: string): string => join(files, name);

    async function readWith(settings: Partial<EtcdSettings>): Promise<unknown> {
      using keys = new EtcdKeySpace(await openEtcd({ endpoints: etcd.access.endpoints, ...settings }));
      return await keys.read('a/');
    }

    it('answers a client with its CA and a certificate of it', async () => {
      await readWith({ caFile: at('ca.pem'), certFile: at('server.pem'), keyFile: at('server.key') });
    });

    it('reports an unknown CA, a missing client certificate and an address without TLS', async () => {
      const unknown = await failureOf(readWith({}));
      expect([unknown.code, unknown.message]).to.deep.equal([
        'ETCD_TLS',
        `read the keys below a/: ${etcdName()} does not answer: its certificate was issued by an unknown authority`,
      ]);
      expect((await failureOf(readWith({ caFile: at('ca.pem') }))).message).to.contain('requires a client certificate');
      const plain = { ...etcd.endpoint(0), secure: false };
      expect(await failureOf(readWith({ endpoints: [plain] }))).to.have.property('exitCode', 1);
    });

    it('reports files that are missing, and half a login', async () => {
      await writeFile(at('password'), 'secret\n');
      expect((await failureOf(readWith({ caFile: at('none.pem') }))).message).to.equal(
        `${at('none.pem')}, the file with the CA for etcd, cannot be read: ENOENT`,
      );
      for (const half of [{ user: 'user' }, { passwordFile: at('password') }])
        expect(await failureOf(readWith(half))).to.include({ exitCode: 2, code: 'ETCD_FILES' });
    });

    const etcdName = (): string => `etcd at https://127.0.0.1:${String(etcd.endpoint(0).port)}`;
  });

  describe(`etcd ${version} whose HTTP gateway is switched off`, function () {
    this.timeout(60_000);

    it('is recognized', async function () {
      const program = findEtcd(version);
      if (program === undefined) return this.skip();
      await using etcd = await startEtcd(program, { words: ['--enable-grpc-gateway=false'] });
      using keys = new EtcdKeySpace(new EtcdHttp(etcd.access));
      for (const request of [() => keys.read('a/'), () => keys.lease(60)]) {
        const failure = await failureOf(request());
        expect(failure.message).to.match(/: etcd at http:\S+ has its HTTP gateway switched off$/);
      }
    });

    it('is not confused with another server', async () => {
      const server = createServer((_request, response) => response.writeHead(404).end('<html>'));
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      const { port } = server.address() as AddressInfo;
      using keys = new EtcdKeySpace(new EtcdHttp({ endpoints: [{ secure: false, host: '127.0.0.1', port }] }));
      const failure = await failureOf(keys.read('a/'));
      server.close();
      expect(failure.message).to.contain('is not etcd');
    });
  });
}
