import type { Changes, KeySpace, Lease, Snapshot, Transaction, TransactionResult } from '../key-space.ts';
import { checkTransaction } from '../transactions.ts';
import { entryOf } from './entries.ts';
import type { ConsulHttp } from './http.ts';
import { listKeys } from './keys.ts';
import { createSession, destroySession, renewSession } from './sessions.ts';
import { transact } from './transact.ts';
import { watchChanges } from './watch-changes.ts';

/**
 * Consul takes 64 operations and 512 KiB, encoded. A comparison and an operation of ours may need four of them: two
 * checks that nothing has changed, a release of the old lease, and the write.
 */
const limits = { operations: 16, requestBytes: 360 * 1024, minLeaseSeconds: 10 };

/**
 * Consul's KV. A lease is a session, and an entry with a lease is a key that is locked by it. Different from etcd:
 * - Consul may keep a lease for twice its ttl.
 * - Keys must not begin with `/`.
 * - A watch yields the last of several changes that come in quick succession. It can begin at any snapshot, since there
 *   is no history that could be compacted.
 * - A put that changes neither value nor lease leaves `modified` as it is.
 * - Revisions grow with every write to Consul, not only to its KV. `Snapshot.revision` is the last change below its
 *   prefix.
 * - A transaction is repeated until nobody else has changed its keys meanwhile; under constant contention it rejects.
 */
export class ConsulKeySpace implements KeySpace {
  readonly limits = limits;
  readonly #http: ConsulHttp;
  readonly #waitSeconds: number;

  constructor(http: ConsulHttp, waitSeconds = 300) {
    this.#http = http;
    this.#waitSeconds = waitSeconds;
  }

  get name(): string {
    return `Consul at ${this.#http.address}`;
  }

  async read(prefix: string, signal?: AbortSignal): Promise<Snapshot> {
    const { keys, index } = await listKeys(this.#http, prefix, undefined, signal);
    return { prefix, entries: keys.map(entryOf), revision: index };
  }

  watch(from: Snapshot, signal: AbortSignal): AsyncIterable<Changes> {
    return watchChanges(this.#http, from, { waitSeconds: this.#waitSeconds, signal });
  }

  async transact(transaction: Transaction, signal?: AbortSignal): Promise<TransactionResult> {
    checkTransaction(this, transaction);
    return transact(this.#http, transaction, signal);
  }

  async lease(ttlSeconds: number, signal?: AbortSignal): Promise<Lease> {
    const session = { name: 'dockerops lease', ttlSeconds, lockDelaySeconds: 0, deletesKeys: true };
    return { id: await createSession(this.#http, session, signal), ttlSeconds };
  }

  keepAlive(lease: string, signal?: AbortSignal): Promise<number | undefined> {
    return renewSession(this.#http, lease, signal);
  }

  revoke(lease: string, signal?: AbortSignal): Promise<void> {
    return destroySession(this.#http, lease, signal);
  }

  [Symbol.dispose](): void {
    this.#http[Symbol.dispose]();
  }
}
