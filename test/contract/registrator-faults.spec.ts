import { expect } from 'chai';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemClock } from '../../src/lib/daemons/clock.ts';
import { EtcdHttp, type EtcdAccess } from '../../src/lib/directories/etcd/http.ts';
import { EtcdKeySpace } from '../../src/lib/directories/etcd/key-space.ts';
import { openEtcd, type EtcdSettings } from '../../src/lib/directories/etcd/open-etcd.ts';
import { EngineUnreachable } from '../../src/lib/errors.ts';
import { makeCertificates } from '../support/certificates.ts';
import { etcdVersions, findEtcd, startEtcd, type EtcdOptions, type TestEtcd } from '../support/etcd.ts';
import { eventually } from '../support/eventually.ts';
import {
  RegistratorLab,
  startContainer,
  type LabOptions,
  type RunningRegistrator,
} from '../support/registrator-lab.ts';

/** Below one prefix with the claims and the lock, so that one permission is enough. */
const root = '/dockerops/test';
const policy = `export const container = (c) =>
  c.state === 'running' ? { ['${root}/' + c.name]: c.env.VALUE ?? 'x' } : null;`;

for (const version of etcdVersions)
  describe(`registrators and faults of etcd ${version}`, function () {
    this.timeout(120_000);
    let lab: RegistratorLab;
    let etcd: TestEtcd | undefined;

    beforeEach(async () => {
      lab = await RegistratorLab.open();
      await lab.write('test.mjs', policy);
    });
    afterEach(async () => {
      await lab[Symbol.asyncDispose]();
      await etcd?.[Symbol.asyncDispose]();
      etcd = undefined;
    });

    async function startServer(context: Mocha.Context, options?: EtcdOptions): Promise<TestEtcd> {
      const program = findEtcd(version);
      if (program === undefined) return context.skip();
      etcd = await startEtcd(program, options);
      return etcd;
    }
    function open(access: EtcdAccess = etcd!.access): EtcdKeySpace {
      return new EtcdKeySpace(new EtcdHttp(access));
    }
    function start(name: string, more: Partial<LabOptions> = {}): Promise<RunningRegistrator> {
      return lab.start(open(), { name, ...more });
    }
    async function names(access?: EtcdAccess): Promise<readonly string[]> {
      using keys = open(access);
      return (await keys.read(`${root}/`)).entries.map(({ key }) => key.slice(root.length + 1));
    }
    async function become(expected: readonly string[], access?: EtcdAccess): Promise<void> {
      await eventually(async () => expect(await names(access)).to.deep.equal(expected), 40_000);
    }
    async function state(running: RunningRegistrator, expected: string): Promise<void> {
      await eventually(() => expect(running.registrator.status.state).to.equal(expected), 40_000);
    }

    it('etcd away for longer than the lease: containers are followed, the difference is written', async function () {
      const server = await startServer(this);
      const a = await start('a');
      const one = await startContainer(a.engine, 'one');
      await startContainer(a.engine, 'two');
      await become(['one', 'two']);
      await server.kill();
      await state(a, 'EtcdFailed');
      a.engine.exitContainer(one, 0);
      await startContainer(a.engine, 'three');
      await eventually(() =>
        expect(Object.keys(a.registrator.status.keys)).to.deep.equal([`${root}/three`, `${root}/two`]),
      );
      await new Promise((resolve) => setTimeout(resolve, 6000));
      await server.start();
      await become(['three', 'two']);
      await state(a, 'Running');
    });

    it('is there at the start only after the registrator', async function () {
      const server = await startServer(this);
      await server.kill();
      const a = await start('a');
      await startContainer(a.engine, 'one');
      await state(a, 'EtcdFailed');
      await server.start();
      await become(['one']);
      await state(a, 'Running');
    });

    it('data that is lost is written again', async function () {
      const server = await startServer(this);
      const a = await start('a');
      await startContainer(a.engine, 'one');
      await become(['one']);
      await server.kill();
      await server.wipe();
      await server.start();
      await become(['one']);
      await startContainer(a.engine, 'two');
      await become(['one', 'two']);
    });

    it('history that is compacted while etcd is away is no fault', async function () {
      const server = await startServer(this);
      const a = await start('a');
      await startContainer(a.engine, 'one');
      await become(['one']);
      using keys = open();
      for (let count = 0; count < 20; count += 1)
        await keys.transact({ compare: [], success: [{ put: '/other', value: String(count) }] });
      await server.compact((await keys.read('/other')).revision);
      await server.kill();
      await server.start();
      await startContainer(a.engine, 'two');
      await become(['one', 'two']);
      await state(a, 'Running');
    });

    it('keys and claims that somebody deletes or changes are written again', async function () {
      await startServer(this);
      const a = await start('a');
      await startContainer(a.engine, 'one');
      await become(['one']);
      using keys = open();
      await keys.transact({ compare: [], success: [{ delete: `${root}/one` }] });
      await become(['one']);
      await keys.transact({ compare: [], success: [{ put: `${root}/one`, value: 'theirs' }] });
      await eventually(async () => expect((await keys.read(`${root}/one`)).entries[0]?.value).to.equal('x'));
      await keys.transact({
        compare: [],
        success: [{ delete: `/dockerops/claims/${encodeURIComponent(`${root}/one`)}/a` }],
      });
      await eventually(async () => expect((await keys.read('/dockerops/claims/')).entries).to.have.length(1));
    });

    it('the leader of three is killed: nothing is lost, and work goes on', async function () {
      const server = await startServer(this, { members: 3 });
      const [a, b] = [await start('a'), await start('b')];
      for (const { engine } of [a, b]) await startContainer(engine, 'one');
      await become(['one']);
      const leader = await server.leader();
      await server.kill([leader]);
      await startContainer(a.engine, 'two');
      const other = server.accessOf((leader + 1) % 3);
      await become(['one', 'two'], other);
      await a.stop();
      await state(b, 'Running');
      await become(['one'], other);
    });

    it('users: writes as one who may, and says that a login is wrong', async function () {
      const server = await startServer(this);
      await server.enableLogins('/dockerops/');
      const as = (password: string): EtcdKeySpace => open({ ...server.access, user: { name: 'user', password } });
      const a = await lab.start(as('secret'), { name: 'a' });
      await startContainer(a.engine, 'one');
      await become(['one'], { ...server.access, user: { name: 'root', password: 'root' } });
      const wrong = await lab.start(as('wrong'), { name: 'b' });
      await state(wrong, 'EtcdFailed');
      expect(wrong.registrator.status.lastError?.message).to.match(/log in as user/);
    });

    it('users: a forbidden key is left out with the reason, and all others are published', async function () {
      const server = await startServer(this);
      await server.enableLogins('/dockerops/');
      const user = { ...server.access, user: { name: 'user', password: 'secret' } };
      const root2 = { ...server.access, user: { name: 'root', password: 'root' } };
      await lab.write(
        'test.mjs',
        `export const container = (c) => c.state !== 'running' ? null : {
          ['${root}/' + c.name]: 'x',
          ...(c.env.ELSEWHERE && { ['/elsewhere/' + c.name]: 'x', ['/dockerops-not/' + c.name]: 'x' }),
        };`,
      );
      const a = await lab.start(open(user), { name: 'a' });
      for (const name of ['one', 'two', 'three']) await startContainer(a.engine, name);
      await startContainer(a.engine, 'four', ['ELSEWHERE=1']);
      await become(['four', 'one', 'three', 'two'], root2);
      await state(a, 'Running');
      const errors = a.registrator.status.policies['test']!.errors;
      expect(errors.map(({ container }) => container)).to.deep.equal(['four', 'four']);
      expect(errors[1]?.message).to.match(/^the key \/elsewhere\/four is left out: .* to the user user \(/);
      expect(Object.keys(a.registrator.status.keys)).to.have.length(4);
    });

    it('users: what may be read and not written is left out, too', async function () {
      const server = await startServer(this);
      await server.enableLogins('/dockerops/', '/elsewhere/');
      const user = { ...server.access, user: { name: 'user', password: 'secret' } };
      const root2 = { ...server.access, user: { name: 'root', password: 'root' } };
      await lab.write(
        'test.mjs',
        `export const container = (c) =>
          c.state === 'running' ? { ['${root}/' + c.name]: 'x', ['/elsewhere/' + c.name]: 'x' } : null;`,
      );
      const a = await lab.start(open(user), { name: 'a' });
      for (const name of ['one', 'two']) await startContainer(a.engine, name);
      await become(['one', 'two'], root2);
      await eventually(() =>
        expect(a.registrator.status.policies['test']?.errors.map(({ container }) => container)).to.deep.equal([
          'one',
          'two',
        ]),
      );
      await state(a, 'Running');
      await startContainer(a.engine, 'three');
      await become(['one', 'three', 'two'], root2);
    });

    it('TLS: with the certificates of its settings, and says which is wrong', async function () {
      const files = await mkdtemp(join(tmpdir(), 'dops-test-registrator-tls-'));
      const at = (name: string): string => join(files, name);
      try {
        await makeCertificates(files, 'etcd.test');
        const tls = { ca: at('ca.pem'), cert: at('server.pem'), key: at('server.key') };
        const server = await startServer(this, { tls });
        const settings: EtcdSettings = {
          endpoints: server.access.endpoints,
          caFile: tls.ca,
          certFile: tls.cert,
          keyFile: tls.key,
        };
        const a = await lab.start(new EtcdKeySpace(await openEtcd(settings)), { name: 'a' });
        await startContainer(a.engine, 'one');
        await become(['one'], server.access);
        await writeFile(at('other.pem'), '');
        const { caFile: _, ...withoutCa } = settings;
        const b = await lab.start(new EtcdKeySpace(await openEtcd(withoutCa)), { name: 'b' });
        await state(b, 'EtcdFailed');
        expect(b.registrator.status.lastError?.message).to.match(/certificate/);
      } finally {
        await rm(files, { recursive: true });
      }
    });

    it('a clock that jumps by a day, and back, changes nothing', async function () {
      await startServer(this);
      let jumpedMs = 0;
      const clock = { ...systemClock, date: () => Date.now() + jumpedMs };
      const a = await start('a', { clock });
      await startContainer(a.engine, 'one');
      await become(['one']);
      using keys = open();
      const before = await keys.read('/');
      for (const jump of [86_400_000, -86_400_000, 0]) {
        jumpedMs = jump;
        const id = await startContainer(a.engine, 'two');
        await become(['one', 'two']);
        a.engine.exitContainer(id, 0);
        await become(['one']);
        await a.engine.removeContainer(id);
      }
      await state(a, 'Running');
      expect((await keys.read('/')).entries).to.deep.equal(before.entries);
    });

    it('keys of the policy skydns are found as CoreDNS looks them up', async function () {
      await startServer(this);
      const services = join(lab.directory, 'services');
      await mkdir(services);
      await writeFile(join(services, 'skydns.json'), '{"domain":"kontena.local","network":"bridge"}');
      const a = await start('a', { flags: { policy: ['skydns'], services } });
      for (const name of ['test-1', 'test-2']) await startContainer(a.engine, name);
      const address = async (name: string): Promise<string | undefined> => {
        const { id } = (await a.engine.listContainers({ all: true })).find((each) => each.name === name)!;
        return (await a.engine.inspectContainer(id)).addresses['bridge'];
      };
      await eventually(async () =>
        expect(await lookUp('test-1.kontena.local')).to.deep.equal([await address('test-1')]),
      );
      expect(await lookUp('kontena.local')).to.have.members([await address('test-1'), await address('test-2')]);
      expect(await lookUp('test-3.kontena.local')).to.deep.equal([]);
    });

    /** As its plugin etcd does: the key of the reversed name and all below it, whose hosts are the answer. */
    async function lookUp(name: string): Promise<readonly unknown[]> {
      const path = ['', 'skydns', ...name.split('.').reverse()].join('/');
      using keys = open();
      const { entries } = await keys.read(path);
      return entries
        .filter(({ key }) => key === path || key.startsWith(`${path}/`))
        .map(({ value }) => (JSON.parse(value) as { readonly host?: string }).host);
    }

    it('the engine is away: keys stay, and those of others are still taken over', async function () {
      await startServer(this);
      const [a, b] = [await start('a'), await start('b')];
      for (const { engine } of [a, b]) await startContainer(engine, 'one');
      await become(['one']);
      await eventually(async () => expect(await claims()).to.have.length(2));
      const gone = new EngineUnreachable('the engine does not answer', { code: 'ENGINE_UNREACHABLE' });
      b.engine.listContainers = () => Promise.reject(gone);
      await startContainer(b.engine, 'two');
      await state(b, 'EngineFailed');
      await a.stop();
      await eventually(async () => expect(await claims()).to.have.length(1), 20_000);
      await become(['one']);
    });

    it('a thousand containers are published, and nothing is written when nothing changes', async function () {
      await startServer(this);
      const a = await start('a');
      for (let index = 0; index < 1000; index += 1) await startContainer(a.engine, `c${String(index)}`);
      await eventually(async () => expect(await names()).to.have.length(1000), 60_000);
      await state(a, 'Running');
      using keys = open();
      const { revision } = await keys.read(`${root}/`);
      await new Promise((resolve) => setTimeout(resolve, 5000));
      expect((await keys.read(`${root}/`)).revision).to.equal(revision);
    });

    async function claims(): Promise<readonly string[]> {
      using keys = open();
      return (await keys.read('/dockerops/claims/')).entries.map(({ key }) => key);
    }
  });
