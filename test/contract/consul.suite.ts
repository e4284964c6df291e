import { expect } from 'chai';
import { findLeader, readAgent } from '../../src/lib/directories/consul/agent.ts';
import { ConsulCatalog } from '../../src/lib/directories/consul/catalog.ts';
import { ConsulHttp, type ConsulAccess } from '../../src/lib/directories/consul/http.ts';
import { acquireKey, deleteKey, findKey, listKeys, putKey, releaseKey } from '../../src/lib/directories/consul/keys.ts';
import { keepLock, type LockOptions, type LockState } from '../../src/lib/directories/consul/keep-lock.ts';
import { createSession, destroySession, renewSession } from '../../src/lib/directories/consul/sessions.ts';
import { watchPrefix, type WatchedKeys } from '../../src/lib/directories/consul/watch-prefix.ts';
import { DirectoryError, DirectoryUnreachable } from '../../src/lib/directories/directory-errors.ts';
import { Interrupted } from '../../src/lib/errors.ts';
import { eventually } from '../support/eventually.ts';

/** Something that answers like a Consul agent, and can be stopped. */
export interface ConsulSubject {
  readonly access: ConsulAccess;
  start(): Promise<void>;
  kill(): Promise<void>;
  wipe(): Promise<void>;
}

/** What we rely on in Consul, and what our client guarantees. */
export function consulContract(subject: () => ConsulSubject): void {
  let http: ConsulHttp;
  let over: AbortController;
  let prefix: string;

  beforeEach(() => {
    http = new ConsulHttp(subject().access);
    over = new AbortController();
    prefix = `dops-test/${crypto.randomUUID().slice(0, 8)}/`;
  });
  afterEach(() => {
    over.abort();
    http[Symbol.dispose]();
  });

  describe('the agent', () => {
    it('tells its node and whether there is a leader', async () => {
      expect(await readAgent(http)).to.include({ node: 'test-node', datacenter: 'dc1', address: '127.0.0.1' });
      expect(await findLeader(http)).to.match(/^127\.0\.0\.1:\d+$/);
    });
  });

  describe('keys', () => {
    it('come back as written, in the order of their names', async () => {
      for (const [key, value] of [
        ['b', 'zwei: ä ☃ "{}"'],
        ['a', ''],
        ['c/d e?#%', 'x\ny'],
      ] as const)
        await putKey(http, prefix + key, value);
      const { keys } = await listKeys(http, prefix);
      expect(keys.map(({ key, value }) => [key.slice(prefix.length), value])).to.deep.equal([
        ['a', ''],
        ['b', 'zwei: ä ☃ "{}"'],
        ['c/d e?#%', 'x\ny'],
      ]);
      expect((await findKey(http, `${prefix}b`)).found?.value).to.equal('zwei: ä ☃ "{}"');
    });

    it('are an empty list with an index below a prefix without keys', async () => {
      const { keys, index } = await listKeys(http, prefix);
      expect(keys).to.deep.equal([]);
      expect(index > 0n).to.equal(true);
      expect((await findKey(http, `${prefix}a`)).found).to.equal(undefined);
    });

    it('can be deleted, also when absent', async () => {
      await putKey(http, `${prefix}a`, '1');
      for (const name of ['a', 'a', 'never']) await deleteKey(http, prefix + name);
      expect((await listKeys(http, prefix)).keys).to.deep.equal([]);
    });
  });

  describe('a watch', () => {
    function watch(waitSeconds = 60): AsyncGenerator<WatchedKeys, void> {
      return watchPrefix(http, { prefix, waitSeconds, signal: over.signal, random: () => 0 });
    }
    const values = (watched: WatchedKeys | void): readonly string[] | undefined =>
      watched?.keys?.map(({ value }) => value);

    it('yields the present keys, then every change: created, modified, deleted', async () => {
      const watched = watch();
      expect(values((await watched.next()).value)).to.deep.equal([]);
      for (const [change, expected] of [
        [() => putKey(http, `${prefix}a`, '1'), ['1']],
        [() => putKey(http, `${prefix}a`, '2'), ['2']],
        [() => deleteKey(http, `${prefix}a`), []],
      ] as const) {
        const next = watched.next();
        await change();
        expect(values((await next).value)).to.deep.equal(expected);
      }
    });

    it('yields the last of many changes that happened while nobody listened', async () => {
      const watched = watch();
      await watched.next();
      for (let count = 1; count <= 100; count += 1) await putKey(http, `${prefix}a`, String(count));
      expect(values((await watched.next()).value)).to.deep.equal(['100']);
    });

    it('yields nothing when the wait is over or the same value is written', async () => {
      const watched = watch(1);
      await putKey(http, `${prefix}a`, '1');
      await watched.next();
      const next = watched.next();
      await putKey(http, `${prefix}a`, '1');
      await listKeys(http, prefix, { index: (await listKeys(http, prefix)).index, waitSeconds: 2 });
      await putKey(http, `${prefix}a`, '2');
      expect(values((await next).value)).to.deep.equal(['2']);
    });

    it('ends at once with its signal, without an error', async () => {
      const watched = watch();
      await watched.next();
      const next = watched.next();
      over.abort();
      expect(await next).to.deep.equal({ value: undefined, done: true });
    });

    it('keeps the last keys while Consul is away, with the reason, and resumes by itself', async () => {
      const watched = watch();
      await putKey(http, `${prefix}a`, '1');
      await watched.next();
      const next = watched.next();
      await subject().kill();
      const away = (await next).value;
      expect(values(away)).to.deep.equal(['1']);
      expect(away?.failure).to.be.instanceOf(DirectoryUnreachable);
      await subject().start();
      await putKey(http, `${prefix}a`, '2');
      const back = await firstThat(watched, ({ failure, keys }) => failure === undefined && keys?.[0]?.value === '2');
      expect(back.wasReset).to.equal(false);
    });

    it('reports a reset when the data was lost, and yields what is written then', async () => {
      for (let count = 0; count < 20; count += 1) await putKey(http, `${prefix}a`, String(count));
      const watched = watch();
      await watched.next();
      await subject().kill();
      await subject().wipe();
      await subject().start();
      const lost = await firstThat(watched, ({ failure }) => failure === undefined);
      expect(lost).to.deep.equal({ keys: [], wasReset: true });
      const next = firstThat(watched, ({ failure }) => failure === undefined);
      await putKey(http, `${prefix}b`, 'new');
      expect(values(await next)).to.deep.equal(['new']);
    });
  });

  describe('the catalog', () => {
    it('registers a service with its checks, replaces it and deregisters it', async () => {
      const catalog = new ConsulCatalog(http);
      const service = {
        id: 'n1/web',
        name: 'web',
        address: '192.0.2.7',
        port: 8080,
        tags: ['b', 'a'],
        meta: { 'port-80-tcp': '8080' },
      };
      const checks = [
        { id: 'n1/web:1', name: 'script', ask: { ttlSeconds: 30 }, deregisterAfterSeconds: 5400 },
        { id: 'n1/web:2', name: 'tcp', ask: { tcp: '127.0.0.1:1' }, intervalSeconds: 60, timeoutSeconds: 1 },
      ];
      await catalog.register({ ...service, checks });
      await catalog.report('n1/web:1', 'passing', 'x'.repeat(9000));
      const listed = (await catalog.list()).find(({ id }) => id === 'n1/web');
      expect({ ...listed, checkIds: listed?.checkIds?.toSorted() }).to.deep.equal({
        ...service,
        checkIds: ['n1/web:1', 'n1/web:2'],
      });
      expect(await statusOf('n1/web:1')).to.deep.equal(['passing', 4000]);
      await catalog.register({ ...service, port: 8081, tags: [], checks: [] });
      expect((await catalog.list()).find(({ id }) => id === 'n1/web')).to.include({ port: 8081 });
      for (let times = 0; times < 2; times += 1) await catalog.deregister('n1/web');
      expect((await catalog.list()).map(({ id }) => id)).not.to.include('n1/web');
    });

    it('rejects a report for a check that the agent does not have', async () => {
      const failure = await caught(new ConsulCatalog(http).report('n1/none:1', 'passing', ''));
      expect(failure).to.be.instanceOf(DirectoryError);
      expect(String(failure)).to.contain('n1/none:1');
    });

    it('passes on why the agent rejects a registration', async () => {
      const failure = await caught(
        new ConsulCatalog(http).register({
          id: 'n1/x',
          name: '',
          address: '',
          port: 0,
          tags: [],
          meta: {},
          checks: [],
        }),
      );
      expect(String(failure)).to.match(
        /^DirectoryError: register n1\/x: Consul at http:\S+ refuses: Missing service name$/,
      );
    });

    async function statusOf(id: string): Promise<readonly [string, number]> {
      const checks = await http.askJson<Readonly<Record<string, { readonly Status: string; readonly Output: string }>>>(
        { step: 'test', path: '/agent/checks' },
      );
      return [checks[id]!.Status, checks[id]!.Output.length];
    }
  });

  describe('sessions', () => {
    it('hold a key against others until it is released', async () => {
      const [one, two] = [await session(), await session()];
      expect([
        await acquireKey(http, `${prefix}lock`, one, 'one'),
        await acquireKey(http, `${prefix}lock`, two, 'two'),
      ]).to.deep.equal([true, false]);
      expect((await findKey(http, `${prefix}lock`)).found).to.include({ value: 'one', session: one });
      expect([
        await releaseKey(http, `${prefix}lock`, two),
        await releaseKey(http, `${prefix}lock`, one),
      ]).to.deep.equal([false, true]);
      expect(await acquireKey(http, `${prefix}lock`, two, 'two')).to.equal(true);
      expect(await renewSession(http, two)).to.equal(10);
      for (const id of [one, two]) await destroySession(http, id);
      expect(await renewSession(http, one)).to.equal(undefined);
    });

    const session = (): Promise<string> => createSession(http, { name: 'test', ttlSeconds: 10, lockDelaySeconds: 0 });
  });

  describe('a lock', () => {
    interface Kept {
      readonly states: LockState[];
      readonly done: Promise<void>;
      stop(): void;
    }

    function keep(holder: string, more: Partial<LockOptions> = {}): Kept {
      const states: LockState[] = [];
      const stopped = new AbortController();
      const done = keepLock(http, {
        key: `${prefix}lock`,
        holder,
        ttlSeconds: 1,
        lockDelaySeconds: 0,
        signal: AbortSignal.any([stopped.signal, over.signal]),
        onChange: (state) => states.push(state),
        random: () => 0,
        ...more,
      });
      return {
        states,
        done,
        stop: () => {
          stopped.abort();
        },
      };
    }
    const last = ({ states }: Kept): string => states.at(-1)?.state ?? 'none';
    const becomes = (kept: Kept, state: string): Promise<void> =>
      eventually(() => {
        expect(last(kept)).to.equal(state);
      });

    it('has one holder; another stands by, knows the holder, and follows when that stops', async () => {
      // Nothing here is to run out.
      const one = keep('one', { ttlSeconds: 10 });
      await becomes(one, 'held');
      const two = keep('two', { ttlSeconds: 10 });
      await becomes(two, 'stand-by');
      expect(two.states).to.deep.equal([{ state: 'stand-by', holder: 'one' }]);
      one.stop();
      await one.done;
      await becomes(two, 'held');
      two.stop();
      await two.done;
      expect((await findKey(http, `${prefix}lock`)).found?.session).to.equal(undefined);
    });

    it('passes on when its holder stops renewing', async () => {
      const dead = await createSession(http, { name: 'dead', ttlSeconds: 1, lockDelaySeconds: 1 });
      await acquireKey(http, `${prefix}lock`, dead, 'dead');
      const next = keep('next');
      await becomes(next, 'stand-by');
      await becomes(next, 'held');
      next.stop();
      await next.done;
    });

    it('is taken over at once from a holder that is known to be dead', async () => {
      const dead = await createSession(http, { name: 'dead', ttlSeconds: 3600, lockDelaySeconds: 30 });
      await acquireKey(http, `${prefix}lock`, dead, 'process 7');
      const next = keep('next', { isGone: (holder) => holder === 'process 7' });
      await becomes(next, 'held');
      expect(next.states).to.have.length(1);
      expect(await renewSession(http, dead)).to.equal(undefined);
      next.stop();
      await next.done;
    });

    it('is reported lost at once when it is taken away', async () => {
      const kept = keep('one', { ttlSeconds: 3600 });
      await becomes(kept, 'held');
      const other = await createSession(http, { name: 'other', ttlSeconds: 60, lockDelaySeconds: 0 });
      // Whoever loses it wants it back at once, and may be quicker.
      await eventually(async () => {
        const { found } = await findKey(http, `${prefix}lock`);
        if (found?.session !== undefined) await releaseKey(http, `${prefix}lock`, found.session);
        expect(await acquireKey(http, `${prefix}lock`, other, 'other')).to.equal(true);
      });
      await becomes(kept, 'stand-by');
      await destroySession(http, other);
      await becomes(kept, 'held');
      kept.stop();
      await kept.done;
    });

    it('is unknown when Consul is away for longer than the ttl, and held again when it is back empty', async () => {
      const kept = keep('one');
      await becomes(kept, 'held');
      await subject().kill();
      await becomes(kept, 'unknown');
      await subject().wipe();
      await subject().start();
      await becomes(kept, 'held');
      kept.stop();
      await kept.done;
    });
  });

  describe('a request', () => {
    it('ends at once with its signal', async () => {
      const { index } = await listKeys(http, prefix);
      const waiting = caught(listKeys(http, prefix, { index, waitSeconds: 60 }, over.signal));
      over.abort();
      expect(await waiting).to.be.instanceOf(Interrupted);
    });
  });
}

async function firstThat(
  watched: AsyncGenerator<WatchedKeys, void>,
  holds: (one: WatchedKeys) => boolean,
): Promise<WatchedKeys> {
  for (;;) {
    const { value } = await watched.next();
    if (value === undefined) throw new Error('the watch ended');
    if (holds(value)) return value;
  }
}

function caught(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => {
      throw new Error('it succeeded');
    },
    (error: unknown) => error,
  );
}
