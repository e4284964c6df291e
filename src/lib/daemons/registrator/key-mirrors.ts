import { DirectoryDenied, LoginRejected } from '../../directories/directory-errors.ts';
import type { Entry, KeyOperation, KeySpace, Transaction, TransactionResult } from '../../directories/key-space.ts';
import { untilInterrupted } from '../../interrupt.ts';
import { coveringPrefixes } from './covering-prefixes.ts';
import { KeyMirror, type MirrorOptions } from './key-mirror.ts';

interface Running {
  readonly mirror: KeyMirror;
  readonly over: AbortController;
}

interface Denial {
  readonly error: DirectoryDenied;
  /** When it is tried again, as the permission may have been given. */
  readonly retryAt: number;
}

/** Each is a connection to the directory. */
const maxCovering = 64;
const retryDeniedMs = 60_000;

/**
 * Mirrors of all parts of the directory that are of interest: prefixes that are given, and those that cover the keys
 * that somebody asks for, as long as these are asked for.
 */
export class KeyMirrors {
  readonly #keys: KeySpace;
  readonly #options: MirrorOptions;
  readonly #signal: AbortSignal;
  /** By their prefix. */
  readonly #given = new Map<string, Running>();
  #covering: ReadonlyMap<string, Running> = new Map();
  readonly #denials = new Map<string, Denial>();
  #version = 0;

  /** They work until the signal aborts. */
  constructor(keys: KeySpace, options: MirrorOptions, signal: AbortSignal) {
    this.#keys = keys;
    this.#options = {
      ...options,
      onChange: (prefix) => {
        this.#version += 1;
        options.onChange(prefix);
      },
    };
    this.#signal = signal;
  }

  /** Grows with every change of an entry. */
  get version(): number {
    return this.#version;
  }

  get isCurrent(): boolean {
    return this.#all().every(({ isCurrent }) => isCurrent);
  }

  /** Begins with a prefix, if it does not watch it. */
  of(prefix: string): KeyMirror {
    const running = this.#given.get(prefix) ?? this.#start(prefix, this.#options);
    this.#given.set(prefix, running);
    return running.mirror;
  }

  /** Ends with a prefix that it was to watch. */
  end(prefix: string): void {
    this.#given.get(prefix)?.over.abort();
    this.#given.delete(prefix);
  }

  /** Resolves when the entries below a prefix are up to date. */
  async current(prefix: string, signal: AbortSignal): Promise<void> {
    await untilInterrupted(this.of(prefix).current(), signal);
  }

  /**
   * Resolves when the entries of all these keys are up to date, with those that may not be read, and why. Ends the
   * watches that none of the keys needs.
   */
  async cover(keys: readonly string[]): Promise<ReadonlyMap<string, DirectoryDenied>> {
    const now = this.#options.clock.now();
    for (const [prefix, { retryAt }] of this.#denials) if (retryAt <= now) this.#denials.delete(prefix);
    for (let denied = -1; denied < this.#denials.size;) {
      denied = this.#denials.size;
      const isDenied = (prefix: string): boolean => this.#denials.has(prefix);
      const known = this.#covering.keys();
      this.#coverBy(coveringPrefixes(keys, { known, isDenied, max: maxCovering }));
      await Promise.all([...this.#covering.values()].map(({ mirror }) => this.#readable(mirror)));
    }
    return new Map(keys.flatMap((key) => (this.#mirrorOf(key) === undefined ? [[key, this.#denialOf(key)]] : [])));
  }

  get(key: string): Entry | undefined {
    return this.#mirrorOf(key)?.entries.get(key);
  }

  keysOfLease(lease: string): readonly string[] {
    return this.#all().flatMap(({ entries }) =>
      [...entries].flatMap(([key, entry]) => (entry.lease === lease ? [key] : [])),
    );
  }

  /** The directory's own, noted in the mirrors at once. */
  async transact(transaction: Transaction, signal?: AbortSignal): Promise<TransactionResult> {
    const result = await this.#keys.transact(transaction, signal);
    const operations = result.succeeded ? transaction.success : (transaction.failure ?? []);
    const writes = operations.filter(isWrite);
    for (const mirror of this.#all()) mirror.note(writes, result.revision);
    if (writes.length > 0) this.#version += 1;
    return result;
  }

  #all(): readonly KeyMirror[] {
    return [...this.#given.values(), ...this.#covering.values()].map(({ mirror }) => mirror);
  }

  #mirrorOf(key: string): KeyMirror | undefined {
    return [...this.#covering.values()].find(({ mirror }) => mirror.covers(key))?.mirror;
  }

  #start(prefix: string, options: MirrorOptions): Running {
    const mirror = new KeyMirror(this.#keys, prefix, options);
    const over = new AbortController();
    void mirror.run(AbortSignal.any([this.#signal, over.signal]));
    return { mirror, over };
  }

  /** Ends the others. */
  #coverBy(prefixes: readonly string[]): void {
    const { onBreak, onChange } = this.#options;
    const options: MirrorOptions = {
      ...this.#options,
      // A prefix that may not be read is divided, and concerns its keys only.
      onBreak: (error, prefix) => {
        if (isForbidden(error)) onChange(prefix);
        else onBreak(error, prefix);
      },
    };
    const before = this.#covering;
    this.#covering = new Map(
      prefixes.map((prefix) => [prefix, before.get(prefix) ?? this.#start(prefix, options)] as const),
    );
    for (const [prefix, { over }] of before) if (!this.#covering.has(prefix)) over.abort();
  }

  async #readable(mirror: KeyMirror): Promise<void> {
    try {
      await mirror.current();
    } catch (error) {
      if (!isForbidden(error)) throw error;
      this.#denials.set(mirror.prefix, { error, retryAt: this.#options.clock.now() + retryDeniedMs });
    }
  }

  /** Of a key that no mirror covers: the narrowest prefix of it that was refused. */
  #denialOf(key: string): DirectoryDenied {
    const [denial] = [...this.#denials]
      .filter(([prefix]) => key.startsWith(prefix))
      .sort(([a], [b]) => b.length - a.length);
    if (denial === undefined) throw new TypeError(`no mirror covers ${key}`);
    return denial[1].error;
  }
}

/** That prefix, and not everything. */
function isForbidden(error: unknown): error is DirectoryDenied {
  return error instanceof DirectoryDenied && !(error instanceof LoginRejected);
}

function isWrite(operation: KeyOperation): operation is Exclude<KeyOperation, { readonly get: string }> {
  return !('get' in operation);
}
