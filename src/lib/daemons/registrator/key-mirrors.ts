import type { Entry, KeyOperation, KeySpace, Transaction, TransactionResult } from '../../directories/key-space.ts';
import { untilInterrupted } from '../../interrupt.ts';
import { KeyMirror, type MirrorOptions } from './key-mirror.ts';

interface Running {
  readonly mirror: KeyMirror;
  readonly over: AbortController;
}

/**
 * Mirrors of all parts of the directory that are of interest: prefixes that are given, and those that cover the keys
 * that somebody asks for. Of keys that share their first part, one prefix covers all.
 */
export class KeyMirrors {
  readonly #keys: KeySpace;
  readonly #options: MirrorOptions;
  readonly #signal: AbortSignal;
  /** By their prefix. */
  readonly #running = new Map<string, Running>();
  /** Of these, the prefixes that cover keys; the others were given, and stay. */
  readonly #covering = new Set<string>();
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
    return [...this.#running.values()].every(({ mirror }) => mirror.isCurrent);
  }

  /** Begins with a prefix, if it does not watch it. */
  of(prefix: string): KeyMirror {
    const known = this.#running.get(prefix)?.mirror;
    if (known !== undefined) return known;
    const mirror = new KeyMirror(this.#keys, prefix, this.#options);
    const over = new AbortController();
    this.#running.set(prefix, { mirror, over });
    void mirror.run(AbortSignal.any([this.#signal, over.signal]));
    return mirror;
  }

  /** Resolves when the entries below a prefix are up to date. */
  async current(prefix: string, signal: AbortSignal): Promise<void> {
    await untilInterrupted(this.of(prefix).current(), signal);
  }

  /** Resolves when the entries of all these keys are up to date. */
  async cover(keys: readonly string[]): Promise<void> {
    for (const [, group] of Map.groupBy(keys, firstPart)) {
      const uncovered = group.filter((key) => this.#mirrorOf(key) === undefined);
      if (uncovered.length > 0) this.#widen(uncovered);
    }
    await Promise.all([...this.#running.values()].map(({ mirror }) => mirror.current()));
  }

  get(key: string): Entry | undefined {
    return this.#mirrorOf(key)?.entries.get(key);
  }

  keysOfLease(lease: string): readonly string[] {
    return [...this.#running.values()].flatMap(({ mirror }) =>
      [...mirror.entries].flatMap(([key, entry]) => (entry.lease === lease ? [key] : [])),
    );
  }

  /** The directory's own, noted in the mirrors at once. */
  async transact(transaction: Transaction, signal?: AbortSignal): Promise<TransactionResult> {
    const result = await this.#keys.transact(transaction, signal);
    const operations = result.succeeded ? transaction.success : (transaction.failure ?? []);
    const writes = operations.filter(isWrite);
    for (const { mirror } of this.#running.values()) mirror.note(writes, result.revision);
    if (writes.length > 0) this.#version += 1;
    return result;
  }

  #mirrorOf(key: string): KeyMirror | undefined {
    return [...this.#running.values()].find(({ mirror }) => mirror.covers(key))?.mirror;
  }

  /** One prefix for these keys and for the mirrored ones that share their first part. */
  #widen(keys: readonly string[]): void {
    const part = firstPart(keys[0] ?? '');
    const narrower = [...this.#covering].filter((prefix) => firstPart(prefix) === part);
    const prefix = commonPrefix([...keys, ...narrower]);
    const mirror = this.of(prefix);
    this.#covering.add(prefix);
    for (const other of narrower.filter((each) => mirror.covers(each) && each !== prefix)) this.#drop(other);
  }

  #drop(prefix: string): void {
    this.#running.get(prefix)?.over.abort();
    this.#running.delete(prefix);
    this.#covering.delete(prefix);
  }
}

/** `skydns` of `/skydns/local/web` */
function firstPart(key: string): string {
  return key.split('/')[1] ?? '';
}

/** A prefix of all: the one of them that is, or up to the last slash that they have in common. */
export function commonPrefix(keys: readonly string[]): string {
  const [first = '', ...others] = keys;
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1;
  const common = first.slice(0, length);
  return keys.includes(common) ? common : common.slice(0, common.lastIndexOf('/') + 1);
}

function isWrite(operation: KeyOperation): operation is Exclude<KeyOperation, { readonly get: string }> {
  return !('get' in operation);
}
