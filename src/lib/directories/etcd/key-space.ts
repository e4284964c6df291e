import { DirectoryNotFound } from '../directory-errors.ts';
import type { Changes, KeySpace, Lease, Snapshot, Transaction, TransactionResult } from '../key-space.ts';
import { checkTransaction } from '../transactions.ts';
import type { EtcdHttp } from './http.ts';
import { readPrefix } from './read.ts';
import { transact } from './transact.ts';
import { watchPrefix } from './watch.ts';

/** etcd's own limits are 128 operations and 1.5 MiB, and a lease of at least two seconds. */
const limits = { operations: 100, requestBytes: 1024 * 1024, minLeaseSeconds: 2 };
/** A request about a lease that one endpoint does not answer must leave time for the next one. */
const leaseLimitMs = 3000;

/**
 * etcd v3. Reads and transactions are linearizable. A lease ends at its ttl, or up to one ttl later when the leader
 * changed meanwhile. `pageSize` is the number of entries in one answer to a read.
 */
export class EtcdKeySpace implements KeySpace {
  readonly limits = limits;
  readonly #http: EtcdHttp;
  readonly #pageSize: number;

  constructor(http: EtcdHttp, pageSize = 2000) {
    this.#http = http;
    this.#pageSize = pageSize;
  }

  get name(): string {
    return this.#http.name;
  }

  read(prefix: string, signal?: AbortSignal): Promise<Snapshot> {
    return readPrefix(this.#http, prefix, this.#pageSize, signal);
  }

  watch(from: Snapshot, signal: AbortSignal): AsyncIterable<Changes> {
    return watchPrefix(this.#http, from, signal);
  }

  async transact(transaction: Transaction, signal?: AbortSignal): Promise<TransactionResult> {
    checkTransaction(this, transaction);
    return transact(this.#http, transaction, signal);
  }

  async lease(ttlSeconds: number, signal?: AbortSignal): Promise<Lease> {
    const body = { TTL: String(ttlSeconds) };
    const { ID, TTL } = await this.#call<{ readonly ID: string; readonly TTL: string }>('grant', body, signal);
    return { id: ID, ttlSeconds: Number(TTL) };
  }

  async keepAlive(lease: string, signal?: AbortSignal): Promise<number | undefined> {
    const { result } = await this.#call<{ readonly result: { readonly TTL?: string } }>(
      'keepalive',
      { ID: lease },
      signal,
    );
    return result.TTL === undefined ? undefined : Number(result.TTL);
  }

  async revoke(lease: string, signal?: AbortSignal): Promise<void> {
    await this.#call('revoke', { ID: lease }, signal).catch((error: unknown) => {
      if (!(error instanceof DirectoryNotFound)) throw error;
    });
  }

  [Symbol.dispose](): void {
    this.#http[Symbol.dispose]();
  }

  #call<T>(verb: 'grant' | 'keepalive' | 'revoke', body: object, signal: AbortSignal | undefined): Promise<T> {
    const step = { grant: 'grant a lease', keepalive: 'renew a lease', revoke: 'revoke a lease' }[verb];
    return this.#http.call({ step, path: `lease/${verb}`, body, signal, limitMs: leaseLimitMs, isRepeatable: true });
  }
}
