import { expect } from 'chai';
import {
  DirectoryError,
  DirectoryNotFound,
  DirectoryUnreachable,
  RevisionGone,
} from '../../src/lib/directories/directory-errors.ts';
import { withChanges, type Changes, type KeySpace, type Snapshot } from '../../src/lib/directories/key-space.ts';
import { Interrupted } from '../../src/lib/errors.ts';
import { eventually } from '../support/eventually.ts';

/** A key space with the server behind it, which can be stopped. */
export interface KeySpaceSubject {
  /** A connection of its own. */
  open(): KeySpace;
  stop(): Promise<void> | void;
  start(): Promise<void> | void;
  /** Deletes all data, while it does not run. */
  wipe(): Promise<void> | void;
  /** Forgets the history up to a revision; absent where there is none. */
  compact?(revision: bigint): Promise<void> | void;
}

const shortSeconds = 2;
const longSeconds = 60;

/** What every key space guarantees. Each test uses a prefix of its own, so that one server serves all. */
export function keySpaceContract(subject: () => KeySpaceSubject): void {
  let keys: KeySpace;
  let over: AbortController;
  let prefix: string;

  beforeEach(() => {
    keys = subject().open();
    over = new AbortController();
    prefix = `dops-test/${crypto.randomUUID().slice(0, 8)}/`;
  });
  afterEach(() => {
    over.abort();
    keys[Symbol.dispose]();
  });

  async function put(name: string, value: string, lease?: string): Promise<bigint> {
    const operation = { put: prefix + name, value, ...(lease === undefined ? {} : { lease }) };
    return (await keys.transact({ compare: [], success: [operation] })).revision;
  }
  async function remove(name: string): Promise<void> {
    await keys.transact({ compare: [], success: [{ delete: prefix + name }] });
  }
  async function values(): Promise<Readonly<Record<string, string>>> {
    return valuesOf(await keys.read(prefix));
  }
  const valuesOf = ({ entries }: Snapshot): Readonly<Record<string, string>> =>
    Object.fromEntries(entries.map(({ key, value }) => [key.slice(prefix.length), value]));

  describe('a read', () => {
    it('gives all entries below a prefix, sorted, as they were written', async () => {
      const written = { b: 'zwei: ä ☃ "{}"', a: '', 'c/d e?#%': 'x\ny', '': 'the prefix itself' };
      for (const [name, value] of Object.entries(written)) await put(name, value);
      const { entries } = await keys.read(prefix);
      expect(entries.map(({ key }) => key.slice(prefix.length))).to.deep.equal(['', 'a', 'b', 'c/d e?#%']);
      expect(await values()).to.deep.equal(written);
    });

    it('gives nothing below a prefix without entries, and no neighbours', async () => {
      await put('a', '1');
      const { entries, revision } = await keys.read(`${prefix.slice(0, -1)}0`);
      expect(entries).to.deep.equal([]);
      expect(revision > 0n).to.equal(true);
    });

    it('tells when an entry was created and last modified', async () => {
      const [first, second] = [await put('a', '1'), await put('a', '2')];
      expect(first < second).to.equal(true);
      const [entry] = (await keys.read(prefix)).entries;
      expect(entry).to.deep.equal({ key: `${prefix}a`, value: '2', created: first, modified: second });
    });

    it('gives more entries than fit into one answer', async () => {
      const size = keys.limits.operations;
      for (let from = 0; from < 80; from += size)
        await keys.transact({
          compare: [],
          success: Array.from({ length: Math.min(size, 80 - from) }, (_, index) => ({
            put: `${prefix}${String(from + index).padStart(3, '0')}`,
            value: 'x',
          })),
        });
      const { entries } = await keys.read(prefix);
      expect(entries.map(({ key }) => Number(key.slice(prefix.length)))).to.deep.equal([...Array(80).keys()]);
    });

    it('ends at once with its signal', async () => {
      expect(await failureOf(keys.read(prefix, AbortSignal.abort()))).to.be.instanceOf(Interrupted);
    });
  });

  describe('a transaction', () => {
    const key = (): string => `${prefix}a`;

    it('creates a key once: the second one reads who was first', async () => {
      const create = (value: string): ReturnType<KeySpace['transact']> =>
        keys.transact({
          compare: [{ key: key(), exists: false }],
          success: [{ put: key(), value }],
          failure: [{ get: key() }, { get: `${prefix}none` }],
        });
      const first = await create('first');
      expect(first).to.deep.include({ succeeded: true, entries: [] });
      const second = await create('second');
      expect(second.succeeded).to.equal(false);
      expect(second.entries.map((entry) => entry?.value)).to.deep.equal(['first', undefined]);
      expect(second.entries[0]?.modified).to.equal(first.revision);
    });

    it('compares value, revisions, lease and existence', async () => {
      const lease = await keys.lease(longSeconds);
      await put('a', 'x', lease.id);
      await put('a', 'y', lease.id);
      const [entry] = (await keys.read(prefix)).entries;
      const { created, modified } = entry!;
      const compares = async (comparison: object): Promise<boolean> =>
        (await keys.transact({ compare: [{ key: key(), ...comparison } as never], success: [] })).succeeded;
      for (const right of [{ value: 'y' }, { created }, { modified }, { lease: lease.id }, { exists: true }])
        expect(await compares(right), Object.keys(right)[0]).to.equal(true);
      const other = await keys.lease(longSeconds);
      for (const wrong of [
        { value: 'x' },
        { created: modified },
        { modified: created },
        { lease: other.id },
        { exists: false },
      ])
        expect(await compares(wrong), Object.keys(wrong)[0]).to.equal(false);
      await remove('a');
      for (const gone of [
        { value: 'y' },
        { value: '' },
        { created },
        { modified },
        { lease: lease.id },
        { exists: true },
      ])
        expect(await compares(gone), Object.keys(gone)[0]).to.equal(false);
    });

    it('applies all of its operations, or those of the other branch', async () => {
      await put('b', 'old');
      const transaction = (value: string): ReturnType<KeySpace['transact']> =>
        keys.transact({
          compare: [
            { key: `${prefix}b`, value },
            { key: key(), exists: false },
          ],
          success: [{ put: key(), value: 'new' }, { delete: `${prefix}b` }, { delete: `${prefix}none` }],
          failure: [{ put: `${prefix}c`, value: 'failed' }],
        });
      expect((await transaction('other')).succeeded).to.equal(false);
      expect(await values()).to.deep.equal({ b: 'old', c: 'failed' });
      expect((await transaction('old')).succeeded).to.equal(true);
      expect(await values()).to.deep.equal({ a: 'new', c: 'failed' });
    });

    it('loses no update of many that compare what they read', async () => {
      await put('count', '0');
      const count = `${prefix}count`;
      const increment = async (): Promise<void> => {
        for (;;) {
          const [entry] = (await keys.read(prefix)).entries;
          const { modified, value } = entry!;
          const { succeeded } = await keys.transact({
            compare: [{ key: count, modified }],
            success: [{ put: count, value: String(Number(value) + 1) }],
          });
          if (succeeded) return;
        }
      };
      await Promise.all(Array.from({ length: 5 }, () => increment()));
      expect(await values()).to.deep.equal({ count: '5' });
    });

    it('that is larger than its limits is refused, and not tried', async () => {
      const tooMany = Array.from({ length: keys.limits.operations + 1 }, (_, index) => ({
        delete: `${prefix}${String(index)}`,
      }));
      const tooLarge = [{ put: key(), value: 'x'.repeat(keys.limits.requestBytes) }];
      for (const success of [tooMany, tooLarge]) {
        const failure = await failureOf(keys.transact({ compare: [], success }));
        expect(failure).to.be.instanceOf(DirectoryError).and.not.instanceOf(DirectoryUnreachable);
        expect(failure.message).to.contain('in one transaction');
      }
      expect(await values()).to.deep.equal({});
    });

    it('may be as large as its limits', async () => {
      const { operations, requestBytes } = keys.limits;
      const names = Array.from({ length: operations }, (_, index) => `${prefix}${String(index)}`);
      const lease = await keys.lease(longSeconds);
      for (const value of ['x'.repeat(Math.floor(requestBytes / operations) - 2 * prefix.length - 16), 'y'])
        await keys.transact({
          compare: names.map((name) => ({ key: `${name}/other`, exists: false })),
          success: names.map((name) => ({ put: name, value, lease: lease.id })),
        });
      expect(Object.values(await values())).to.have.length(operations);
    });
  });

  describe('a lease', () => {
    it('deletes its entries when it is not renewed, and no others', async () => {
      const { id, ttlSeconds } = await keys.lease(shortSeconds);
      expect(ttlSeconds).to.be.at.least(shortSeconds);
      await put('a', 'x', id);
      await put('b', 'y');
      expect((await keys.read(prefix)).entries.map(({ lease }) => lease)).to.deep.equal([id, undefined]);
      await eventually(async () => {
        expect(await values()).to.deep.equal({ b: 'y' });
      });
      expect(await keys.keepAlive(id)).to.equal(undefined);
      expect(await failureOf(put('c', 'z', id))).to.be.instanceOf(DirectoryNotFound);
      expect(await values()).to.deep.equal({ b: 'y' });
    });

    it('lives as long as it is renewed, also by another process', async () => {
      const { id, ttlSeconds } = await keys.lease(shortSeconds);
      await put('a', 'x', id);
      using other = subject().open();
      // Even a server that doubles the ttl would have ended it.
      for (const end = performance.now() + 3 * shortSeconds * 1000; performance.now() < end;)
        await eventually(async () => {
          expect(await other.keepAlive(id)).to.equal(ttlSeconds);
        });
      expect(await values()).to.deep.equal({ a: 'x' });
    });

    it('deletes its entries at once when it is revoked, also twice', async () => {
      const { id } = await keys.lease(longSeconds);
      await put('a', 'x', id);
      for (let times = 0; times < 2; times += 1) await keys.revoke(id);
      expect(await values()).to.deep.equal({});
    });

    it('hands an entry over to another lease in one transaction, with another claim deleted', async () => {
      const [one, two] = [await keys.lease(longSeconds), await keys.lease(longSeconds)];
      await put('claim', 'one', one.id);
      await put('a', 'one', one.id);
      const { entries } = await keys.read(prefix);
      const { succeeded, revision } = await keys.transact({
        compare: entries.map(({ key, modified }) => ({ key, modified })),
        success: [{ delete: `${prefix}claim` }, { put: `${prefix}a`, value: 'two', lease: two.id }],
      });
      expect(succeeded).to.equal(true);
      await keys.revoke(one.id);
      const [entry] = (await keys.read(prefix)).entries;
      expect(entry).to.deep.include({ value: 'two', modified: revision, lease: two.id });
      await put('a', 'three');
      await keys.revoke(two.id);
      expect(await values()).to.deep.equal({ a: 'three' });
    });
  });

  describe('a watch', () => {
    let watched: Watched;

    async function watch(from?: Snapshot): Promise<Watched> {
      watched = new Watched(keys, from ?? (await keys.read(prefix)), over.signal);
      return watched;
    }
    const becomes = async (expected: Readonly<Record<string, string>>): Promise<void> => {
      await watched.until((snapshot) => JSON.stringify(valuesOf(snapshot)) === JSON.stringify(expected));
    };

    it('begins with what has changed since its snapshot, then yields puts and deletes', async () => {
      await put('a', '1');
      await put('gone', '1');
      const before = await keys.read(prefix);
      await put('b', '2');
      await remove('gone');
      await watch(before);
      await becomes({ a: '1', b: '2' });
      await put('a', '3');
      await becomes({ a: '3', b: '2' });
      await remove('b');
      await becomes({ a: '3' });
      expect(watched.snapshot.entries).to.deep.equal((await keys.read(prefix)).entries);
    });

    it('yields a first item although nothing changes, and nothing of other prefixes', async () => {
      await watch();
      expect((await watched.next()).changes).to.deep.equal([]);
      await keys.transact({ compare: [], success: [{ put: `${prefix.slice(0, -1)}0`, value: 'neighbour' }] });
      await put('a', '1');
      expect((await watched.next()).changes.map(({ key }) => key)).to.deep.equal([`${prefix}a`]);
      await keys.transact({ compare: [], success: [{ delete: `${prefix.slice(0, -1)}0` }] });
    });

    it('ends with the last of many quick changes', async () => {
      await watch();
      for (let count = 1; count <= 50; count += 1) await put('a', String(count));
      await becomes({ a: '50' });
    });

    it('yields the changes of one transaction together', async () => {
      await watch();
      await watched.next();
      const names = ['a', 'b', 'c'];
      await keys.transact({ compare: [], success: names.map((name) => ({ put: prefix + name, value: name })) });
      expect((await watched.next()).changes).to.have.length(3);
    });

    it('sees what a lease deletes', async () => {
      const { id } = await keys.lease(shortSeconds);
      await put('a', 'x', id);
      await watch();
      await watched.next();
      await becomes({});
    });

    it('ends at once with its signal, without an error', async () => {
      await watch();
      await watched.next();
      const next = watched.isDone();
      over.abort();
      expect(await next).to.equal(true);
    });

    it('reports that the server is gone, and continues from its last snapshot when that is back', async () => {
      await put('a', '1');
      await watch();
      await watched.next();
      await put('b', '2');
      await becomes({ a: '1', b: '2' });
      const next = failureOf(watched.next());
      await subject().stop();
      expect(await next).to.be.instanceOf(DirectoryUnreachable);
      expect(await failureOf(keys.read(prefix))).to.be.instanceOf(DirectoryUnreachable);
      await subject().start();
      await put('c', '3');
      await watch(watched.snapshot);
      await becomes({ a: '1', b: '2', c: '3' });
    });

    it('reports a snapshot that is older than the history', async function () {
      if (subject().compact === undefined) return this.skip();
      await put('a', '1');
      const before = await keys.read(prefix);
      await put('a', '2');
      await subject().compact?.(await put('b', '2'));
      await watch(before);
      const failure = await failureOf(watched.until(() => false));
      expect(failure).to.be.instanceOf(RevisionGone).and.include({ reason: 'compacted' });
      await watch();
      await put('a', '3');
      await becomes({ a: '3', b: '2' });
    });

    it('reports that the data was lost', async () => {
      for (let count = 0; count < 20; count += 1) await put('a', String(count));
      const before = await keys.read(prefix);
      await subject().stop();
      await subject().wipe();
      await subject().start();
      await watch(before);
      const failure = await failureOf(watched.until(() => false));
      expect(failure).to.be.instanceOf(RevisionGone).and.include({ reason: 'reset' });
      const now = await keys.read(prefix);
      expect(now.entries).to.deep.equal([]);
      expect(now.revision < before.revision).to.equal(true);
      await watch(now);
      await put('b', 'new');
      await becomes({ b: 'new' });
    });
  });
}

/** Follows a watch and keeps the snapshot up to date, as a daemon does. */
class Watched {
  readonly #changes: AsyncIterator<Changes>;
  snapshot: Snapshot;

  constructor(keys: KeySpace, from: Snapshot, signal: AbortSignal) {
    this.#changes = keys.watch(from, signal)[Symbol.asyncIterator]();
    this.snapshot = from;
  }

  async next(): Promise<Changes> {
    const result = await this.#changes.next();
    if (result.done === true) throw new Error('the watch ended');
    this.snapshot = withChanges(this.snapshot, result.value);
    return result.value;
  }

  async isDone(): Promise<boolean> {
    return (await this.#changes.next()).done === true;
  }

  async until(holds: (snapshot: Snapshot) => boolean): Promise<void> {
    while (!holds(this.snapshot)) await this.next();
  }
}

async function failureOf(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => {
      throw new Error('it succeeded');
    },
    (error: unknown) => error as Error,
  );
}
