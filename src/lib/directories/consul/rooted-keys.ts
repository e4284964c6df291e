import type {
  Change,
  Changes,
  Comparison,
  Entry,
  KeyOperation,
  KeySpace,
  Lease,
  Snapshot,
  Transaction,
  TransactionResult,
} from '../key-space.ts';

/** A key space whose keys begin with `/`, in one whose keys do not. */
export class RootedKeys implements KeySpace {
  readonly #keys: KeySpace;

  constructor(keys: KeySpace) {
    this.#keys = keys;
  }

  get name(): string {
    return this.#keys.name;
  }

  get limits(): KeySpace['limits'] {
    return this.#keys.limits;
  }

  async read(prefix: string, signal?: AbortSignal): Promise<Snapshot> {
    const { entries, revision } = await this.#keys.read(inner(prefix), signal);
    return { prefix, entries: entries.map(outerEntry), revision };
  }

  async *watch({ prefix, entries, revision }: Snapshot, signal: AbortSignal): AsyncGenerator<Changes, void> {
    const from = {
      prefix: inner(prefix),
      entries: entries.map((entry) => ({ ...entry, key: inner(entry.key) })),
      revision,
    };
    for await (const news of this.#keys.watch(from, signal))
      yield { revision: news.revision, changes: news.changes.map(outerChange) };
  }

  async transact({ compare, success, failure }: Transaction, signal?: AbortSignal): Promise<TransactionResult> {
    const transaction = {
      compare: compare.map((comparison): Comparison => ({ ...comparison, key: inner(comparison.key) })),
      success: success.map(innerOperation),
      ...(failure === undefined ? {} : { failure: failure.map(innerOperation) }),
    };
    const { entries, ...result } = await this.#keys.transact(transaction, signal);
    return { ...result, entries: entries.map((entry) => entry && outerEntry(entry)) };
  }

  lease(ttlSeconds: number, signal?: AbortSignal): Promise<Lease> {
    return this.#keys.lease(ttlSeconds, signal);
  }

  keepAlive(lease: string, signal?: AbortSignal): Promise<number | undefined> {
    return this.#keys.keepAlive(lease, signal);
  }

  revoke(lease: string, signal?: AbortSignal): Promise<void> {
    return this.#keys.revoke(lease, signal);
  }

  [Symbol.dispose](): void {
    this.#keys[Symbol.dispose]();
  }
}

function inner(key: string): string {
  return key.replace(/^\//, '');
}

function outerEntry(entry: Entry): Entry {
  return { ...entry, key: `/${entry.key}` };
}

function outerChange({ key, entry }: Change): Change {
  return { key: `/${key}`, ...(entry === undefined ? {} : { entry: outerEntry(entry) }) };
}

function innerOperation(operation: KeyOperation): KeyOperation {
  if ('put' in operation) return { ...operation, put: inner(operation.put) };
  return 'delete' in operation ? { delete: inner(operation.delete) } : { get: inner(operation.get) };
}
