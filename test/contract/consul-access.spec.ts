import { expect } from 'chai';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findLeader } from '../../src/lib/directories/consul/agent.ts';
import { isTokenKnown } from '../../src/lib/directories/consul/agent.ts';
import { ConsulHttp, type ConsulAccess } from '../../src/lib/directories/consul/http.ts';
import { deleteKey, listKeys, putKey } from '../../src/lib/directories/consul/keys.ts';
import { openConsul, type ConsulSettings } from '../../src/lib/directories/consul/open-consul.ts';
import { watchPrefix } from '../../src/lib/directories/consul/watch-prefix.ts';
import { DirectoryDenied, type DirectoryError } from '../../src/lib/directories/directory-errors.ts';
import { makeCertificates } from '../support/certificates.ts';
import { findConsul, startConsul, type TestConsul } from '../support/consul.ts';

async function failureOf(promise: Promise<unknown>): Promise<DirectoryError> {
  return promise.then(
    () => {
      throw new Error('it succeeded');
    },
    (error: unknown) => error as DirectoryError,
  );
}

describe('Consul with access control', function () {
  this.timeout(60_000);
  let consul: TestConsul | undefined;

  before(async function () {
    const program = findConsul();
    if (program === undefined) return this.skip();
    consul = await startConsul(program, { acl: true });
    await putKey(as(consul.access.token), 'nodes/one/apps/web', 'image');
  });
  after(() => consul?.[Symbol.asyncDispose]());

  function as(token: ConsulAccess['token']): ConsulHttp {
    const { token: _, ...access } = consul!.access;
    return new ConsulHttp(token === undefined ? access : { ...access, token });
  }

  it('answers with a token that has the permission', async () => {
    const token = await consul!.createToken('key_prefix "nodes/one/" { policy = "read" }');
    expect((await listKeys(as(token), 'nodes/one/')).keys).to.have.length(1);
  });

  it('rejects a wrong token with what to do', async () => {
    const failure = await failureOf(listKeys(as('99999999-2222-3333-4444-555555555555'), 'nodes/one/'));
    expect(failure).to.be.instanceOf(DirectoryDenied);
    expect(failure.message).to.equal(
      `read the keys below nodes/one/: Consul at http://${consul!.address} does not permit it (ACL not found)`,
    );
    expect(failure.suggestions[0]).to.contain('--token-file');
  });

  it('tells a token that it does not know from one that lacks permissions', async () => {
    const other = await consul!.createToken('key_prefix "nodes/two/" { policy = "write" }');
    const known = [undefined, other, '99999999-2222-3333-4444-555555555555'].map((token) => isTokenKnown(as(token)));
    expect(await Promise.all(known)).to.deep.equal([true, true, false]);
  });

  it('never reports keys that may not be read as absent', async () => {
    const other = await consul!.createToken('key_prefix "nodes/two/" { policy = "write" }');
    for (const token of [undefined, other])
      expect(await failureOf(listKeys(as(token), 'nodes/one/'))).to.be.instanceOf(DirectoryDenied);
    expect((await listKeys(as(other), 'nodes/two/')).keys).to.deep.equal([]);
  });

  it('keeps the last keys of a watch whose token is deleted', async () => {
    const token = await consul!.createToken('key_prefix "nodes/one/" { policy = "read" }');
    const over = new AbortController();
    const watched = watchPrefix(as(token), { prefix: 'nodes/one/', waitSeconds: 1, signal: over.signal });
    await watched.next();
    const next = watched.next();
    const { AccessorID } = await as(token).askJson<{ readonly AccessorID: string }>({
      step: 'test',
      path: '/acl/token/self',
    });
    await as(consul!.access.token).ask({ step: 'test', method: 'DELETE', path: `/acl/token/${AccessorID}` });
    const { value } = await next;
    over.abort();
    expect(value?.keys).to.have.length(1);
    expect(value?.failure).to.be.instanceOf(DirectoryDenied);
  });

  it('rejects a write without the permission', async () => {
    const token = await consul!.createToken('key_prefix "nodes/one/" { policy = "read" }');
    for (const wrong of [putKey(as(token), 'nodes/one/x', '1'), deleteKey(as(token), 'nodes/one/x')])
      expect(await failureOf(wrong)).to.be.instanceOf(DirectoryDenied);
  });
});

describe('Consul with TLS', function () {
  this.timeout(60_000);
  let consul: TestConsul | undefined;
  let files: string;

  before(async function () {
    const program = findConsul();
    if (program === undefined) return this.skip();
    files = await mkdtemp(join(tmpdir(), 'dops-test-tls-'));
    await makeCertificates(files, 'consul.test');
    consul = await startConsul(program, { tls: { ca: at('ca.pem'), cert: at('server.pem'), key: at('server.key') } });
  });
  after(async () => {
    await consul?.[Symbol.asyncDispose]();
    if (consul !== undefined) await rm(files, { recursive: true });
  });

  const at = (name: string): string => join(files, name);
  const client = (): Partial<ConsulSettings> => ({
    caFile: at('ca.pem'),
    certFile: at('server.pem'),
    keyFile: at('server.key'),
  });

  async function leaderWith(
    settings: Partial<ConsulSettings>,
    { secure = true, host = '127.0.0.1' } = {},
  ): Promise<string | undefined> {
    using http = await openConsul({ consul: { secure, host, port: consul!.access.port }, ...settings });
    return await findLeader(http);
  }

  it('answers a client with its CA and a certificate of it', async () => {
    expect(await leaderWith(client())).to.be.a('string');
    expect(await leaderWith({ ...client(), serverName: 'consul.test' })).to.be.a('string');
  });

  for (const [title, settings, message] of [
    ['an unknown CA', () => ({}), /its certificate was issued by an unknown authority$/],
    [
      'a name that the certificate does not have',
      () => ({ ...client(), serverName: 'other.test' }),
      /its certificate is for another host name$/,
    ],
    [
      'a missing client certificate',
      () => ({ caFile: at('ca.pem') }),
      /it requires a client certificate that it accepts$/,
    ],
  ] as const) {
    it(`reports ${title}`, async () => {
      const failure = await failureOf(leaderWith(settings()));
      expect(failure.code).to.equal('CONSUL_TLS');
      expect(failure.message).to.match(message);
    });
  }

  it('reports an address without TLS', async () => {
    expect((await failureOf(leaderWith({}, { secure: false }))).message).to.match(
      /refuses: Client sent an HTTP request to an HTTPS server\.$/,
    );
  });

  it('names the file that cannot be read', async () => {
    expect((await failureOf(leaderWith({ ...client(), caFile: at('none.pem') }))).message).to.equal(
      `${at('none.pem')}, the file with the CA for Consul, cannot be read: ENOENT`,
    );
    expect((await failureOf(leaderWith({ certFile: at('server.pem') }))).message).to.contain('needs both');
  });
});
