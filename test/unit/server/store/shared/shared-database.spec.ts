import { expect } from 'chai';
import { systemClock } from '../../../../../src/lib/daemons/clock.ts';
import { DirectoryUnreachable } from '../../../../../src/lib/directories/directory-errors.ts';
import type { TransactionResult } from '../../../../../src/lib/directories/key-space.ts';
import { StoreConflict } from '../../../../../src/lib/server/store/database.ts';
import { JobStore } from '../../../../../src/lib/server/store/job-store.ts';
import { isStoreFailure } from '../../../../../src/lib/server/store/open-store.ts';
import { SharedDatabase } from '../../../../../src/lib/server/store/shared/shared-database.ts';
import { eventually } from '../../../../support/eventually.ts';
import { jobRequest } from '../../../../support/job-server.ts';
import { MemoryKeySpace } from '../../../../support/memory-key-space.ts';

describe('a store of several servers', () => {
  let keys: MemoryKeySpace;
  let stop: AbortController;
  const opened: SharedDatabase[] = [];
  const open = async (): Promise<SharedDatabase> => {
    const database = new SharedDatabase({ keys, prefix: '/jobs/', clock: systemClock, onBreak: () => {} });
    await database.load();
    void database.follow(stop.signal);
    opened.push(database);
    return database;
  };
  beforeEach(() => {
    keys = new MemoryKeySpace();
    stop = new AbortController();
  });
  afterEach(() => {
    stop.abort();
    for (const database of opened.splice(0)) database.close();
  });
  const job = (id: string, name = id) => ({ job: { id, request: jobRequest(name, ['true']), createdAt: 1 } });
  const states = async (store: JobStore): Promise<readonly unknown[]> =>
    [...store.list({ limit: 100 })].map((one) => [one.job.id, one.run?.state]);

  it('has what each of them has written, also for one that starts later', async () => {
    const [first, second] = [new JobStore(await open()), new JobStore(await open())];
    await first.add(job('a'));
    await second.add(job('b'));
    await first.change([{ job: 'a', number: 1 }], (run) => ({ ...run, state: 'started', status: 'started' }));
    const expected = [
      ['a', 'started'],
      ['b', 'pending'],
    ];
    for (const store of [first, second])
      await eventually(async () => {
        expect(await states(store)).to.deep.equal(expected);
      });
    expect(await states(new JobStore(await open()))).to.deep.equal(expected);
  });

  it('tells a server of changes by others, not of its own', async () => {
    const [first, second] = [await open(), await open()];
    let told = '';
    first.onOthersChange(() => (told += 'first '));
    second.onOthersChange(() => (told += 'second '));
    await new JobStore(first).add(job('a'));
    await eventually(() => {
      expect(told).to.equal('second ');
    });
  });

  it('decides a race for a name or a key once, whoever is asked', async () => {
    const stores = [new JobStore(await open()), new JobStore(await open()), new JobStore(await open())];
    const answers = await Promise.all(stores.map((store, index) => store.add(job(`j${String(index)}`, 'same'))));
    expect(answers.toSorted()).to.deep.equal(['added', 'name-taken', 'name-taken']);
    const answer = (text: string) => ({ answer: { key: 'k', text } });
    const same = await Promise.all(
      stores.map((store, index) => store.add({ ...job(`k${index}`), ...answer(`t${index}`) })),
    );
    const [winner] = same.flatMap((one, index) => (one === 'added' ? [index] : []));
    expect(same.filter((one) => one !== 'added')).to.deep.equal([
      { answered: `t${String(winner)}` },
      { answered: `t${String(winner)}` },
    ]);
  });

  it('loses no write of many at once', async () => {
    const stores = [new JobStore(await open()), new JobStore(await open())];
    await Promise.all(
      Array.from({ length: 40 }, (_, index) => stores[index % 2]!.add(job(`j${String(index).padStart(2, '0')}`))),
    );
    for (const store of stores)
      await eventually(() => {
        expect(store.countUnfinished()).to.equal(40);
      });
  });

  it('writes what is too much for a transaction in parts', async () => {
    const [first, second] = [new JobStore(await open()), new JobStore(await open())];
    const all = Array.from({ length: 250 }, (_, index) => `j${String(index)}`);
    for (const id of all) await first.add(job(id));
    await first.change(
      all.map((id) => ({ job: id, number: 1 })),
      (run) => ({ ...run, state: 'complete', status: 'finished' }),
    );
    await eventually(() => {
      expect(second.countByState()).to.deep.equal([['complete', 250]]);
    });
  });

  it('is read while the directory is away; writes are refused, and come again after that', async () => {
    const store = new JobStore(await open());
    await store.add(job('a'));
    keys.stop();
    const error: unknown = await store.add(job('b')).catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(DirectoryUnreachable);
    expect(isStoreFailure(error)).to.equal(true);
    expect(await states(store)).to.deep.equal([['a', 'pending']]);
    keys.start();
    expect(await store.add(job('b'))).to.equal('added');
  });

  it('does not let a request wait for a directory that does not answer', async () => {
    const store = new JobStore(await open());
    keys.transact = (_transaction, signal) =>
      new Promise<TransactionResult>((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(new Error('aborted')));
      });
    const both = await Promise.all([store.add(job('a')), store.add(job('b'))].map((one) => one.catch(String)));
    expect(both.map(String)).to.deep.equal(
      Array(2).fill('DirectoryUnreachable: the key space in memory has not answered in time'),
    );
  });

  it('gives up when others are faster again and again', async () => {
    const store = new JobStore(await open());
    const other = new JobStore(await open());
    const send = keys.transact.bind(keys);
    let count = 0;
    let isOther = false;
    keys.transact = async (transaction, signal) => {
      if (!isOther) {
        isOther = true;
        count += 1;
        await other.add(job(`o${String(count)}`));
        isOther = false;
      }
      return send(transaction, signal);
    };
    const error: unknown = await store.add(job('a')).catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(StoreConflict);
    expect(count).to.equal(10);
  });

  it('follows a directory whose data was lost', async () => {
    const store = new JobStore(await open());
    await store.add(job('a'));
    keys.wipe();
    expect(await store.add(job('b'))).to.equal('added');
    expect(await states(store)).to.deep.equal([['b', 'pending']]);
  });

  it('keeps one entry for each row, and none of what was deleted', async () => {
    const store = new JobStore(await open());
    await store.add(job('a'));
    await store.stop('a', 2);
    await store.expire(10, 10);
    await store.change([{ job: 'a', number: 1 }], (run) => ({ ...run, isGone: true }));
    const entries = async () => (await keys.read('/jobs/rows/')).entries.map(({ key }) => key);
    expect(await entries()).to.deep.equal(['/jobs/rows/jobs/a', '/jobs/rows/runs/a/1']);
    await store.expire(10, 10);
    expect(await entries()).to.deep.equal([]);
  });
});
