import { systemClock, type Clock } from '../../src/lib/daemons/clock.ts';
import { DirectoryNotFound, DirectoryUnreachable, RevisionGone } from '../../src/lib/directories/directory-errors.ts';
import {
  sortedByKey,
  type Change,
  type Changes,
  type Entry,
  type KeyOperation,
  type KeySpace,
  type Lease,
  type Snapshot,
  type Transaction,
  type TransactionResult,
} from '../../src/lib/directories/key-space.ts';
import { checkTransaction, holds } from '../../src/lib/directories/transactions.ts';
import { Interrupted } from '../../src/lib/errors.ts';

interface Granted {
  readonly ttlSeconds: number;
  /** Ends the wait for its expiry. */
  renewed: AbortController;
}

/** A key space in memory that can be stopped, wiped and compacted. The contract suite holds it to what etcd does. */
export class MemoryKeySpace implements KeySpace {
  readonly name = 'the key space in memory';
  readonly limits = { operations: 100, requestBytes: 1024 * 1024, minLeaseSeconds: 1 };
  readonly #clock: Clock;
  readonly #entries = new Map<string, Entry>();
  readonly #leases = new Map<string, Granted>();
  #history: Changes[] = [];
  #revision = 1n;
  #compacted = 0n;
  #lastLease = 0;
  #isDown = false;
  #news = Promise.withResolvers<void>();

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
  }

  stop(): void {
    this.#isDown = true;
    this.#announce();
  }

  start(): void {
    this.#isDown = false;
  }

  /** Forgets everything, also its revision. */
  wipe(): void {
    for (const { renewed } of this.#leases.values()) renewed.abort();
    this.#entries.clear();
    this.#leases.clear();
    this.#history = [];
    [this.#revision, this.#compacted] = [1n, 0n];
  }

  /** Forgets all changes up to now. */
  compact(): void {
    this.#compacted = this.#revision;
    this.#history = [];
  }

  async read(prefix: string, signal?: AbortSignal): Promise<Snapshot> {
    this.#check(signal);
    const entries = [...this.#entries.values()].filter(({ key }) => key.startsWith(prefix));
    return { prefix, entries: sortedByKey(entries), revision: this.#revision };
  }

  async *watch({ prefix, revision }: Snapshot, signal: AbortSignal): AsyncGenerator<Changes, void> {
    const step = `watch the keys below ${prefix}`;
    if (signal.aborted) return;
    this.#check();
    if (this.#revision < revision) throw new RevisionGone(step, 'reset');
    if (revision < this.#compacted) throw new RevisionGone(step, 'compacted');
    yield { revision, changes: [] };
    const isOver = (): boolean => signal.aborted;
    for (let last = revision; ;) {
      const news = this.#news.promise;
      if (isOver()) return;
      this.#check();
      for (const { revision: at, changes } of this.#history.filter((each) => each.revision > last)) {
        last = at;
        const own = changes.filter(({ key }) => key.startsWith(prefix));
        if (own.length > 0) yield { revision: at, changes: own };
      }
      if (this.#news.promise === news) await either(news, signal);
    }
  }

  async transact(transaction: Transaction, signal?: AbortSignal): Promise<TransactionResult> {
    this.#check(signal);
    checkTransaction(this, transaction);
    const { compare, success, failure = [] } = transaction;
    const succeeded = compare.every((comparison) => holds(comparison, this.#entries.get(comparison.key)));
    const operations = succeeded ? success : failure;
    const lost = operations.find((each) => 'put' in each && each.lease !== undefined && !this.#leases.has(each.lease));
    if (lost !== undefined) throw new DirectoryNotFound('the lease has expired', { code: 'NOT_FOUND' });
    const entries = operations.flatMap((each) => ('get' in each ? [this.#entries.get(each.get)] : []));
    this.#apply(operations);
    return { succeeded, revision: this.#revision, entries };
  }

  async lease(ttlSeconds: number, signal?: AbortSignal): Promise<Lease> {
    this.#check(signal);
    this.#lastLease += 1;
    const id = String(this.#lastLease);
    const granted = { ttlSeconds, renewed: new AbortController() };
    this.#leases.set(id, granted);
    void this.#expire(id, granted);
    return { id, ttlSeconds };
  }

  async keepAlive(lease: string, signal?: AbortSignal): Promise<number | undefined> {
    this.#check(signal);
    const granted = this.#leases.get(lease);
    granted?.renewed.abort();
    return granted?.ttlSeconds;
  }

  async revoke(lease: string, signal?: AbortSignal): Promise<void> {
    this.#check(signal);
    this.#end(lease);
  }

  /** Closes no connection, since this is also the server. */
  [Symbol.dispose](): void {}

  /** Until the lease has ended in another way, or was not renewed for its ttl. */
  async #expire(id: string, granted: Granted): Promise<void> {
    for (let isRenewed = true; isRenewed;) {
      granted.renewed = new AbortController();
      await this.#clock.sleep(granted.ttlSeconds * 1000, granted.renewed.signal);
      if (this.#leases.get(id) !== granted) return;
      isRenewed = granted.renewed.signal.aborted;
    }
    this.#end(id);
  }

  #end(id: string): void {
    const granted = this.#leases.get(id);
    this.#leases.delete(id);
    granted?.renewed.abort();
    this.#apply([...this.#entries.values()].filter(({ lease }) => lease === id).map(({ key }) => ({ delete: key })));
  }

  #apply(operations: readonly KeyOperation[]): void {
    const revision = this.#revision + 1n;
    const changes = operations.flatMap((operation): readonly Change[] => {
      if ('get' in operation) return [];
      if ('delete' in operation) return this.#entries.delete(operation.delete) ? [{ key: operation.delete }] : [];
      const { put: key, value, lease } = operation;
      const created = this.#entries.get(key)?.created ?? revision;
      const entry = { key, value, created, modified: revision, ...(lease === undefined ? {} : { lease }) };
      this.#entries.set(key, entry);
      return [{ key, entry }];
    });
    if (changes.length === 0) return;
    this.#revision = revision;
    this.#history.push({ revision, changes });
    this.#announce();
  }

  #announce(): void {
    const { resolve } = this.#news;
    this.#news = Promise.withResolvers();
    resolve();
  }

  #check(signal?: AbortSignal): void {
    if (signal?.aborted === true) throw new Interrupted();
    if (this.#isDown) throw new DirectoryUnreachable('the key space does not answer', { code: 'UNREACHABLE' });
  }
}

async function either(news: Promise<void>, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener('abort', () => resolve(), { once: true });
  await Promise.race([news, promise]);
}
