import { expect } from 'chai';
import type { ApplyContext } from '../../../src/lib/apply/context.ts';
import { ProjectLock, type LockTiming } from '../../../src/lib/apply/lock.ts';
import { SharedLock } from '../../../src/lib/apply/shared-lock.ts';
import { Conflict } from '../../../src/lib/errors.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { facts, observed, project } from '../../support/specs.ts';
import { plainContainer } from '../../support/plain-container.ts';
import { noImageSources } from '../../support/no-image-sources.ts';

const lockName = 'dockerops-lock-project-demo';
const elsewhere = {
  user: 'bob',
  hostname: 'other',
  machine: 'm2',
  pid: 7,
  processStart: '1',
  command: 'dockerops build:all',
  since: '2026-01-01T00:00:00.000Z',
};
/** So quick that a test does not wait; which of them is over first is what is tested. */
const quick: LockTiming = { leaseMs: 20, renewMs: 15_000, patienceMs: 0, pollMs: 1 };
const patient: LockTiming = { ...quick, leaseMs: 3_600_000, patienceMs: 3_600_000 };

function engineWith(labels?: Readonly<Record<string, string>>): FakeEngine {
  const engine = new FakeEngine();
  engine.addImage('dockerops/empty:1');
  if (labels !== undefined) void makeLock(engine, labels);
  return engine;
}

async function makeLock(engine: FakeEngine, labels: Readonly<Record<string, string>>): Promise<string> {
  const { id } = await engine.createContainer(
    lockName,
    plainContainer('dockerops/empty:1', { labels, network: { mode: 'none' } }),
  );
  return id;
}

function lockOf(holder: object): Readonly<Record<string, string>> {
  return { 'dockerops.project': 'demo', 'dockerops.kind': 'lock', 'dockerops.lock_holder': JSON.stringify(holder) };
}

function contextOn(engine: FakeEngine, change: Partial<ApplyContext> = {}): ApplyContext {
  return {
    engine,
    observed: observed(),
    client: facts.client,
    isProcessRunning: () => true,
    makeDirectories: async () => true,
    progress: () => {},
    signal: new AbortController().signal,
    command: 'dockerops run',
    width: 4,
    keys: { read: async () => ({ private: '', public: '' }), create: async () => ({ private: '', public: '' }) },
    openDns: () => {
      throw new Error('no dns');
    },
    images: noImageSources,
    ...change,
  };
}

async function failure(work: Promise<unknown>): Promise<string> {
  return work.then(
    () => 'no failure',
    (error: unknown) => String(error),
  );
}

describe('the lock, between machines', () => {
  it('is not taken from a holder that renews, whatever its clock says', async () => {
    const engine = engineWith(lockOf(elsewhere));
    let renewals = 0;
    const [id = ''] = engine.containers.keys();
    const renewing = contextOn(engine, {
      progress: () =>
        void engine.putFiles(id, [
          {
            path: '/lease',
            mode: 0o644,
            uid: 0,
            gid: 0,
            content: Buffer.from(new Date((renewals += 1)).toISOString()),
          },
        ]),
    });
    expect(await failure(new ProjectLock(project, renewing, { ...quick, leaseMs: 3_600_000 }).acquire())).to.contain(
      'locked by bob@other (pid 7)',
    );
    expect([...engine.containers.keys()]).to.deep.equal([id]);
  });

  it('is taken over when the holder has not renewed for the whole lease, as we saw ourselves', async () => {
    const engine = engineWith(lockOf(elsewhere));
    const lock = new ProjectLock(project, contextOn(engine), quick);
    await lock.acquire();
    expect([...engine.containers.values()].map(({ config }) => config.labels['dockerops.lock_holder']))
      .to.have.length(1)
      .and.not.include(JSON.stringify(elsewhere));
    await lock.release();
  });

  it('does not judge by pid a holder in another container of the same machine', async () => {
    const engine = engineWith(lockOf({ ...facts.client, pid: 7, pidNamespace: 'pid:[2]', command: '', since: '' }));
    const interruption = new AbortController();
    const context = contextOn(engine, {
      client: { ...facts.client, pidNamespace: 'pid:[1]' },
      isProcessRunning: () => false,
      signal: interruption.signal,
      progress: () => interruption.abort(),
    });
    expect(await failure(new ProjectLock(project, context, patient).acquire())).to.contain('interrupted');
    expect(engine.containers.size).to.equal(1);
  });
});

describe('the lock', () => {
  it('never removes a container of that name that is no lock', async () => {
    const engine = engineWith({});
    expect(await failure(new ProjectLock(project, contextOn(engine), quick).acquire())).to.contain('did not make');
    expect(engine.containers.size).to.equal(1);
  });

  it('goes on when another command is taking over the same dead lock', async () => {
    const engine = engineWith(lockOf({ ...facts.client, command: '', since: '' }));
    engine.failNext('removeContainer', 1, new Conflict('removal is already in progress', { code: 'CONFLICT' }));
    const lock = new ProjectLock(project, contextOn(engine, { isProcessRunning: () => false }), {
      ...quick,
      patienceMs: 3_600_000,
    });
    await lock.acquire();
    await lock.release();
    expect(engine.containers.size).to.equal(0);
  });

  it('survives a label that it cannot read', async () => {
    const engine = engineWith({ 'dockerops.kind': 'lock', 'dockerops.lock_holder': 'null' });
    const lock = new ProjectLock(project, contextOn(engine), quick);
    await lock.acquire();
    await lock.release();
  });

  it('says so when it was taken over while the machine slept', async () => {
    const engine = engineWith();
    const lock = new ProjectLock(project, contextOn(engine), { ...quick, leaseMs: -1 });
    await lock.acquire();
    await lock.assertHeld();
    for (const id of engine.containers.keys()) await engine.removeContainer(id);
    expect(await failure(lock.assertHeld())).to.contain('took the lock over');
    await lock.release();
  });
});

describe('the lock that plans of one process share', () => {
  const names = (engine: FakeEngine): readonly string[] => [...engine.containers.values()].map(({ name }) => name);

  it('is taken with the first of them, given back with the last, and taken again then', async () => {
    const engine = engineWith();
    const shared = new SharedLock();
    const [one, other] = [0, 1].map(() => shared.open(() => new ProjectLock(project, contextOn(engine))));
    await Promise.all([one!.acquire(), other!.acquire()]);
    expect([one!.isHeld, other!.isHeld, names(engine)]).to.deep.equal([true, true, [lockName]]);
    await one!.release();
    await other!.assertHeld();
    expect([one!.isHeld, names(engine)]).to.deep.equal([false, [lockName]]);
    const released = other!.release();
    await one!.acquire();
    await released;
    expect(names(engine)).to.deep.equal([lockName]);
    await one!.release();
    expect(names(engine)).to.deep.equal([]);
  });

  it('is refused to all of them when somebody else holds it, and tried again by the next', async () => {
    const engine = engineWith();
    const shared = new SharedLock();
    const failing = (): ProjectLock => new ProjectLock(project, contextOn(engine, { signal: AbortSignal.abort() }));
    const id = await makeLock(engine, lockOf(elsewhere));
    const locks = [0, 1].map(() => shared.open(failing));
    const results = await Promise.allSettled(locks.map((lock) => lock.acquire()));
    expect(results.map(({ status }) => status)).to.deep.equal(['rejected', 'rejected']);
    await engine.removeContainer(id, { force: true });
    await locks[0]!.acquire();
    expect(locks.map(({ isHeld }) => isHeld)).to.deep.equal([true, false]);
    await locks[0]!.release();
    expect(names(engine)).to.deep.equal([]);
  });
});
