/**
 * A directory of keys with values, shared by many processes: etcd, or Consul's KV. Every change has a revision, larger
 * than all before it. Keys and values are UTF-8 text.
 */
export interface KeySpace extends Disposable {
  /** For messages: `etcd at http://10.0.0.5:2379`. */
  readonly name: string;
  readonly limits: KeySpaceLimits;
  /** All entries below a prefix, sorted by key. A key that equals the prefix is one of them. */
  read(prefix: string, signal?: AbortSignal): Promise<Snapshot>;
  /**
   * Yields what has changed since a snapshot, and then every change. The first item comes when the watch works, and
   * may be empty. The last change of a key is never missed; earlier ones may be. `withChanges` updates the snapshot.
   *
   * Ends without an error when the signal aborts. Rejects with RevisionGone when the snapshot is too old or the data
   * was lost: read again. Rejects with DirectoryUnreachable when the connection breaks: watch again from the last
   * snapshot.
   */
  watch(from: Snapshot, signal: AbortSignal): AsyncIterable<Changes>;
  /**
   * Applies one of two lists of operations at one moment, or none. Rejects with DirectoryNotFound when a put names a
   * lease that has expired. After DirectoryUnreachable it may have been applied: read again.
   */
  transact(transaction: Transaction, signal?: AbortSignal): Promise<TransactionResult>;
  /** Grants a lease: entries that are put with it are deleted when it is revoked, or not renewed within its ttl. */
  lease(ttlSeconds: number, signal?: AbortSignal): Promise<Lease>;
  /** Renews a lease, also one of another process. The seconds that it has now; undefined: it has expired. */
  keepAlive(lease: string, signal?: AbortSignal): Promise<number | undefined>;
  /** Ends a lease and deletes its entries. One that has expired is no error. */
  revoke(lease: string, signal?: AbortSignal): Promise<void>;
}

interface KeySpaceLimits {
  /** Of a transaction: its comparisons, and the operations of each branch. */
  readonly operations: number;
  /** All keys and values of a transaction together. */
  readonly requestBytes: number;
  readonly minLeaseSeconds: number;
}

export interface Entry {
  readonly key: string;
  readonly value: string;
  /** Revision of the put that created it. */
  readonly created: bigint;
  /** Revision of the last put. A put that changes nothing may leave it. */
  readonly modified: bigint;
  /** Id of the lease that it ends with. */
  readonly lease?: string;
}

/** All entries below a prefix at one revision, sorted by key. */
export interface Snapshot {
  readonly prefix: string;
  readonly entries: readonly Entry[];
  readonly revision: bigint;
}

export interface Changes {
  /** The snapshot with these changes is the state at this revision. */
  readonly revision: bigint;
  readonly changes: readonly Change[];
}

export interface Change {
  readonly key: string;
  /** Absent: it was deleted. */
  readonly entry?: Entry;
}

export interface Transaction {
  /** All must hold for `success` to be applied, else `failure` is. */
  readonly compare: readonly Comparison[];
  /** Each branch names a key once. */
  readonly success: readonly KeyOperation[];
  readonly failure?: readonly KeyOperation[];
}

/** Of an absent key, only `exists: false` holds. */
export type Comparison = { readonly key: string } & (
  | { readonly exists: boolean }
  | { readonly value: string }
  | { readonly created: bigint }
  | { readonly modified: bigint }
  | { readonly lease: string }
);

export type KeyOperation =
  /** Without a lease it stays until it is deleted, also if it had one before. */
  | { readonly put: string; readonly value: string; readonly lease?: string }
  /** An absent key is no error. */
  | { readonly delete: string }
  | { readonly get: string };

export interface TransactionResult {
  /** Whether all comparisons held. */
  readonly succeeded: boolean;
  /** `modified` of all entries that it put. */
  readonly revision: bigint;
  /** What its `get` operations read, in their order. */
  readonly entries: readonly (Entry | undefined)[];
}

export interface Lease {
  readonly id: string;
  /** May be longer than what was asked for. */
  readonly ttlSeconds: number;
}

/** A snapshot with later changes applied, to compare with or to watch from. */
export function withChanges(snapshot: Snapshot, { revision, changes }: Changes): Snapshot {
  const entries = new Map(snapshot.entries.map((entry) => [entry.key, entry]));
  for (const { key, entry } of changes) {
    if (entry === undefined) entries.delete(key);
    else entries.set(key, entry);
  }
  return { ...snapshot, entries: sortedByKey([...entries.values()]), revision };
}

export function sortedByKey(entries: readonly Entry[]): readonly Entry[] {
  return entries.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
