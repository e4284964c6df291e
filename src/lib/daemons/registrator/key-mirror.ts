import { RevisionGone } from '../../directories/directory-errors.ts';
import type { Entry, KeySpace, Snapshot } from '../../directories/key-space.ts';
import { sortedByKey } from '../../directories/key-space.ts';
import { messageOf } from '../../errors.ts';
import type { KeyWrite } from '../../plan/operation-parts.ts';
import type { Clock } from '../clock.ts';
import { keepWatching } from '../keep-watching.ts';

export interface MirrorOptions {
  readonly clock: Clock;
  readonly onChange: (prefix: string) => void;
  /** It stops to be up to date, or that has another reason than before. */
  readonly onBreak: (error: unknown, prefix: string) => void;
}

const backoff = { firstMs: 250, maxMs: 5000 };

/** All entries below a prefix, kept up to date by a watch; while the directory does not answer, those it had last. */
export class KeyMirror {
  readonly prefix: string;
  readonly #keys: KeySpace;
  readonly #options: MirrorOptions;
  readonly #entries = new Map<string, Entry>();
  #revision: bigint | undefined;
  /** Why it is not up to date; undefined: it is. */
  #failure: unknown = 'not read yet';
  #settled = Promise.withResolvers<undefined>();

  constructor(keys: KeySpace, prefix: string, options: MirrorOptions) {
    this.#keys = keys;
    this.prefix = prefix;
    this.#options = options;
  }

  get entries(): ReadonlyMap<string, Entry> {
    return this.#entries;
  }

  get isCurrent(): boolean {
    return this.#failure === undefined;
  }

  covers(key: string): boolean {
    return key.startsWith(this.prefix);
  }

  /** Until the signal aborts. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, onBreak } = this.#options;
    await keepWatching(
      {
        clock,
        backoff,
        open: (inside) => this.#follow(inside),
        onItem: () => {},
        onBreak: (error) => {
          const isNews = messageOf(error) !== messageOf(this.#failure);
          this.#failure = error;
          if (error instanceof RevisionGone) this.#revision = undefined;
          else if (isNews) onBreak(error, this.prefix);
          this.#settle();
        },
      },
      signal,
    );
  }

  /** Resolves when it is up to date; rejects with the reason when the directory does not answer. */
  async current(): Promise<void> {
    while (this.#failure === 'not read yet') await this.#settled.promise;
    if (this.#failure !== undefined) throw this.#failure as Error;
  }

  /** What a transaction has written, if the watch has not come so far. */
  note(writes: readonly KeyWrite[], revision: bigint): void {
    if (this.#revision !== undefined && revision <= this.#revision) return;
    for (const write of writes) {
      const key = 'put' in write ? write.put : write.delete;
      if (!this.covers(key)) continue;
      if ('delete' in write) this.#entries.delete(key);
      else {
        const created = this.#entries.get(key)?.created ?? revision;
        const { value, lease } = write;
        this.#entries.set(key, { key, value, created, modified: revision, ...(lease === undefined ? {} : { lease }) });
      }
    }
  }

  async *#follow(signal: AbortSignal): AsyncGenerator<undefined> {
    const snapshot = this.#snapshot() ?? (await this.#read(signal));
    for await (const { revision, changes } of this.#keys.watch(snapshot, signal)) {
      for (const { key, entry } of changes) this.#apply(key, entry, revision);
      this.#revision = revision;
      const isNew = this.#failure !== undefined;
      this.#failure = undefined;
      this.#settle();
      if (isNew || changes.length > 0) this.#options.onChange(this.prefix);
      yield undefined;
    }
  }

  async #read(signal: AbortSignal): Promise<Snapshot> {
    const snapshot = await this.#keys.read(this.prefix, signal);
    this.#entries.clear();
    for (const entry of snapshot.entries) this.#entries.set(entry.key, entry);
    this.#revision = snapshot.revision;
    return snapshot;
  }

  #snapshot(): Snapshot | undefined {
    if (this.#revision === undefined) return undefined;
    return { prefix: this.prefix, entries: sortedByKey([...this.#entries.values()]), revision: this.#revision };
  }

  /** A change that is older than what a transaction has written is that transaction's past. */
  #apply(key: string, entry: Entry | undefined, revision: bigint): void {
    const known = this.#entries.get(key);
    if (known !== undefined && known.modified > (entry?.modified ?? revision)) return;
    if (entry === undefined) this.#entries.delete(key);
    else this.#entries.set(key, entry);
  }

  #settle(): void {
    this.#settled.resolve(undefined);
    this.#settled = Promise.withResolvers();
  }
}
