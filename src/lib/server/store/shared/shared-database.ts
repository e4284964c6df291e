import { randomUUID } from 'node:crypto';
import type { Clock } from '../../../daemons/clock.ts';
import { keepWatching } from '../../../daemons/keep-watching.ts';
import { DirectoryUnreachable, RevisionGone } from '../../../directories/directory-errors.ts';
import type { Changes, KeySpace, Snapshot } from '../../../directories/key-space.ts';
import { UserError } from '../../../errors.ts';
import { Limiter } from '../../../limiter.ts';
import { StoreConflict, type Database, type Row, type Value, type Writer } from '../database.ts';
import { version } from '../tables.ts';
import { operationOf, revisionKey, rowChange, versionKey } from './row-keys.ts';
import { RowMirror, type RowChange } from './row-mirror.ts';
import { partsOf } from './write-parts.ts';

export interface SharedDatabaseOptions {
  readonly keys: KeySpace;
  /** Ends with a slash. */
  readonly prefix: string;
  readonly clock: Clock;
  readonly onBreak: (error: unknown) => void;
}

/** A request is answered within a second. */
const writeLimitMs = 800;
const maxAttempts = 10;
/** After a lost race, so that a server which writes all the time does not win every one, in milliseconds. */
const maxPauseMs = 50;
const backoff = { firstMs: 250, maxMs: 5000 };

/**
 * The tables of several servers, as entries of a key space. Each server has all of them in memory, where it reads, and
 * follows what the others write. Every write replaces one entry, the revision, on the condition that it is still the
 * one of these tables: a write that another server was faster than is tried again on the tables as they are then. One
 * with more rows than fit into a transaction is written in parts, each of them whole.
 */
export class SharedDatabase implements Database {
  readonly #options: SharedDatabaseOptions;
  readonly #mirror = new RowMirror();
  readonly #turns = new Limiter(1);
  readonly #listeners: (() => void)[] = [];
  /** Revision up to which the tables have everything; undefined: they are to be read again. */
  #applied: bigint | undefined;
  /** Revision of the last write of rows. */
  #written: bigint | undefined;
  #news = Promise.withResolvers<undefined>();

  constructor(options: SharedDatabaseOptions) {
    this.#options = options;
  }

  /** Reads everything. Rejects when the key space does not answer, or has tables of a newer version. */
  async load(signal?: AbortSignal): Promise<void> {
    const { keys, prefix } = this.#options;
    const snapshot = await keys.read(prefix, signal);
    requireVersion(snapshot, prefix, keys.name);
    const changes = snapshot.entries.map((entry) => ({ key: entry.key, entry }));
    this.#mirror.replace(this.#rowsOf(changes));
    this.#written = snapshot.entries.find(({ key }) => key === prefix + revisionKey)?.modified;
    this.#applied = snapshot.revision;
    this.#announce();
  }

  /** Follows what other servers write, until the signal aborts. */
  async follow(signal: AbortSignal): Promise<void> {
    const { clock, onBreak } = this.#options;
    await keepWatching(
      {
        clock,
        backoff,
        open: (inside) => this.#watch(inside),
        onItem: (changes) => this.#take(changes),
        onBreak: (error) => {
          if (error instanceof DirectoryUnreachable) onBreak(error);
          else this.#applied = undefined;
          if (!(error instanceof DirectoryUnreachable) && !(error instanceof RevisionGone)) onBreak(error);
        },
      },
      signal,
    );
  }

  get(sql: string, ...values: readonly Value[]): Row | undefined {
    return this.#mirror.tables.get(sql, ...values);
  }

  all(sql: string, ...values: readonly Value[]): readonly Row[] {
    return this.#mirror.tables.all(sql, ...values);
  }

  async write<T>(work: (writer: Writer) => T): Promise<T> {
    const limit = AbortSignal.timeout(writeLimitMs);
    return this.#turns.run(0, async () => {
      for (let attempt = 1; attempt <= maxAttempts; attempt += 1) {
        const { result, changes } = this.#mirror.try(work);
        const lost = await this.#send(changes, limit);
        if (lost === undefined) return result;
        await this.#catchUp(lost, limit);
        await this.#options.clock.sleep(Math.random() * Math.min(maxPauseMs, 2 ** attempt), limit);
      }
      throw new StoreConflict();
    });
  }

  /** Nothing is on this machine's disk. */
  purge(): void {}

  onOthersChange(listener: () => void): void {
    this.#listeners.push(listener);
  }

  close(): void {
    this.#options.keys[Symbol.dispose]();
    this.#mirror.close();
  }

  /** Undefined: it is written. Else the revision of a write that was faster. */
  async #send(changes: readonly RowChange[], limit: AbortSignal): Promise<bigint | undefined> {
    const { keys, prefix } = this.#options;
    const pairs = changes.map((change) => ({ change, operation: operationOf(prefix, change) }));
    let partLimit = limit;
    for (const part of partsOf(pairs, keys.limits)) {
      const operations = part.map(({ operation }) => operation);
      const lost = await this.#sendPart(
        operations,
        part.map(({ change }) => change),
        partLimit,
      );
      if (lost !== undefined) return lost;
      partLimit = AbortSignal.timeout(writeLimitMs);
    }
    return undefined;
  }

  async #sendPart(
    operations: readonly ReturnType<typeof operationOf>[],
    changes: readonly RowChange[],
    limit: AbortSignal,
  ): Promise<bigint | undefined> {
    const { keys, prefix } = this.#options;
    const key = prefix + revisionKey;
    const transaction = {
      compare: [this.#written === undefined ? { key, exists: false } : { key, modified: this.#written }],
      success: [{ put: key, value: randomUUID() }, { put: prefix + versionKey, value: String(version) }, ...operations],
      failure: [{ get: key }],
    };
    const { succeeded, revision, entries } = await keys.transact(transaction, limit).catch((error: unknown) => {
      throw limit.aborted ? tooSlow(keys.name) : error;
    });
    if (!succeeded) return entries[0]?.modified ?? 0n;
    this.#mirror.apply(changes);
    [this.#applied, this.#written] = [revision, revision];
    return undefined;
  }

  /** Until the tables have the write of that revision. */
  async #catchUp(revision: bigint, limit: AbortSignal): Promise<void> {
    const late = new Promise((resolve) => limit.addEventListener('abort', resolve, { once: true }));
    while ((this.#written ?? 0n) < revision && !limit.aborted) await Promise.race([this.#news.promise, late]);
    if (limit.aborted) throw tooSlow(this.#options.keys.name);
    // The data of the key space was lost, or replaced by an older copy.
    if ((this.#written ?? 0n) > revision) await this.load(limit);
  }

  async *#watch(signal: AbortSignal): AsyncGenerator<Changes> {
    if (this.#applied === undefined) {
      await this.load(signal);
      this.#tellOthers();
    }
    const { keys, prefix } = this.#options;
    yield* keys.watch({ prefix, entries: [], revision: this.#applied ?? 0n }, signal);
  }

  /** What this server has written itself is there already. */
  #take({ revision, changes }: Changes): void {
    if (this.#applied !== undefined && revision <= this.#applied) return;
    const rows = this.#rowsOf(changes);
    this.#mirror.apply(rows);
    const written = changes.findLast(({ key }) => key === this.#options.prefix + revisionKey)?.entry?.modified;
    this.#written = written ?? this.#written;
    this.#applied = revision;
    this.#announce();
    if (rows.length > 0) this.#tellOthers();
  }

  #rowsOf(changes: Changes['changes']): readonly RowChange[] {
    return changes.flatMap((change) => rowChange(this.#options.prefix, change, this.#mirror) ?? []);
  }

  #tellOthers(): void {
    for (const listener of this.#listeners) listener();
  }

  #announce(): void {
    this.#news.resolve(undefined);
    this.#news = Promise.withResolvers();
  }
}

function requireVersion({ entries }: Snapshot, prefix: string, name: string): void {
  const found = Number(entries.find(({ key }) => key === prefix + versionKey)?.value ?? 0);
  if (found <= version) return;
  throw new UserError(`${prefix} in ${name} is of a newer version of dockerops (${String(found)})`, {
    code: 'SERVE_STORE',
    suggestions: ['upgrade dockerops, or name another prefix: --store etcd://HOST/PREFIX'],
  });
}

function tooSlow(name: string): DirectoryUnreachable {
  return new DirectoryUnreachable(`${name} has not answered in time`, { code: 'STORE_UNREACHABLE' });
}
