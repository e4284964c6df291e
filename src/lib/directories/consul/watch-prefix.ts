import { Backoff } from '../../backoff.ts';
import { DirectoryError } from '../directory-errors.ts';
import { pause } from '../pause.ts';
import type { ConsulHttp } from './http.ts';
import { listKeys, type ConsulKey } from './keys.ts';
import { sessionExists } from './sessions.ts';

/** What is known now: the keys as last read, and why they may be out of date. */
export interface WatchedKeys {
  /** Absent: they could not be read yet. */
  readonly keys: readonly ConsulKey[] | undefined;
  /** Consul's data was lost or restored from a copy. Set on the first keys after that. */
  readonly wasReset: boolean;
  /** Present while Consul cannot be asked; `keys` are then those of its last answer. */
  readonly failure?: DirectoryError;
}

export interface WatchOptions {
  readonly prefix: string;
  /** A lock below the prefix: if it is gone, or was made anew, together with its session, data was lost. */
  readonly lock?: string;
  /** How long Consul may hold a blocking query when nothing changes. */
  readonly waitSeconds: number;
  /** Ends the watch at once, without an error. */
  readonly signal: AbortSignal;
  readonly random?: () => number;
}

// A blocking query without news should have taken its whole time. One that comes sooner must not cause a busy loop.
const idlePauseMs = 1000;
const retries = { firstMs: 500, maxMs: 10_000 };

/**
 * Yields the keys below a prefix whenever they change, and each time Consul goes away or comes back. Every answer is
 * the whole state: a slow consumer misses states in between, never the last. Answers without a change are not yielded.
 * Ends only by its signal.
 */
export async function* watchPrefix(
  http: ConsulHttp,
  options: WatchOptions,
): AsyncGenerator<WatchedKeys, void, undefined> {
  const { signal, random = Math.random } = options;
  const backoff = new Backoff({ ...retries, random });
  const watch = new PrefixWatch(http, options);
  for (;;) {
    const begin = performance.now();
    const news = await watch.next();
    if (signal.aborted) return;
    if (news !== undefined) yield news;
    if (watch.hasFailed) {
      await pause(backoff.next(), signal);
      continue;
    }
    backoff.reset();
    if (news === undefined && watch.shouldHaveWaited && performance.now() - begin < idlePauseMs)
      await pause(idlePauseMs, signal);
  }
}

class PrefixWatch {
  readonly #http: ConsulHttp;
  readonly #options: WatchOptions;
  #index = 0n;
  #keys: readonly ConsulKey[] | undefined;
  #failure: DirectoryError | undefined;
  #wasReset = false;
  /** Of the last answer. */
  #seenIndex = 0n;
  /** The last answer brought nothing new, so no time has passed since it. */
  #isCurrent = false;
  #isBlocking = false;

  constructor(http: ConsulHttp, options: WatchOptions) {
    this.#http = http;
    this.#options = options;
  }

  /** Whether the last query was blocking, or could not be because a proxy strips the index from the answers. */
  get shouldHaveWaited(): boolean {
    return this.#isBlocking || this.#index === 0n;
  }

  get hasFailed(): boolean {
    return this.#failure !== undefined;
  }

  /**
   * One query; undefined when its answer brings nothing new. It blocks only right after another answer: if the data was
   * lost in between, our index would be larger than any that exists, and Consul would let us wait for nothing.
   */
  async next(): Promise<WatchedKeys | undefined> {
    const { prefix, waitSeconds, signal } = this.#options;
    this.#isBlocking = this.#isCurrent && this.#index > 0n;
    this.#isCurrent = false;
    try {
      const blocking = this.#isBlocking ? { index: this.#index, waitSeconds } : undefined;
      const { keys, index } = await listKeys(this.#http, prefix, blocking, signal);
      return this.#answered(keys, index, await this.#wasLost(keys, index));
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof DirectoryError)) throw error;
      return this.#failed(error);
    }
  }

  #answered(keys: readonly ConsulKey[], index: bigint, wasLost: boolean): WatchedKeys | undefined {
    const wentBack = index < this.#index;
    this.#wasReset ||= wasLost;
    // Waiting for anything newer than a larger index would take long; 0 asks for the present state.
    this.#index = wentBack ? 0n : index;
    this.#seenIndex = index;
    const isNews = this.hasFailed || !areEqual(this.#keys, keys);
    this.#failure = undefined;
    this.#keys = keys;
    this.#isCurrent = !isNews && !wentBack;
    if (this.#isCurrent) return undefined;
    const wasReset = this.#wasReset;
    this.#wasReset = false;
    return { keys, wasReset };
  }

  /**
   * Whether these are the keys of other data than the last ones. The index may have passed the old one already, since
   * others have written, too.
   */
  async #wasLost(keys: readonly ConsulKey[], index: bigint): Promise<boolean> {
    if (this.#keys === undefined) return false;
    if (index < this.#seenIndex) return true;
    const known = new Map(this.#keys.map((each) => [each.key, each]));
    if (keys.some((now) => BigInt(now.modified) <= this.#seenIndex && !isSameWrite(known.get(now.key), now)))
      return true;
    const { lock = '' } = this.#options;
    const held = known.get(lock);
    if (held === undefined || keys.some(({ key, created }) => key === lock && created === held.created)) return false;
    return held.session === undefined || !(await sessionExists(this.#http, held.session, this.#options.signal));
  }

  /** The same failure is reported once. */
  #failed(failure: DirectoryError): WatchedKeys | undefined {
    const isNews = this.#failure?.message !== failure.message;
    this.#failure = failure;
    return isNews ? { keys: this.#keys, wasReset: this.#wasReset, failure } : undefined;
  }
}

function isSameWrite(before: ConsulKey | undefined, { created, modified, session }: ConsulKey): boolean {
  return before?.created === created && before.modified === modified && before.session === session;
}

function areEqual(before: readonly ConsulKey[] | undefined, now: readonly ConsulKey[]): boolean {
  return (
    before?.length === now.length &&
    before.every(
      ({ key, value, session }, index) =>
        key === now[index]?.key && value === now[index].value && session === now[index].session,
    )
  );
}
