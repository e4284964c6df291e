import { setTimeout as delay } from 'node:timers/promises';
import { backOffMs } from '../back-off.ts';
import { DirectoryError } from '../directory-errors.ts';
import type { ConsulHttp } from './http.ts';
import { listKeys, type ConsulKey } from './keys.ts';

/** What is known now: the last keys that were read, and why they may be old. */
export interface WatchedKeys {
  /** Absent: they could not be read yet. */
  readonly keys: readonly ConsulKey[] | undefined;
  /** Consul's data is another than before: it was lost, or put back from a copy. Told with the first keys after that. */
  readonly wasReset: boolean;
  /** Present while Consul cannot be asked; `keys` are then the last ones it told. */
  readonly failure?: DirectoryError;
}

export interface WatchOptions {
  readonly prefix: string;
  /** For how long Consul may keep a question when nothing happens. */
  readonly waitSeconds: number;
  /** Ends the watch at once, without an error. */
  readonly signal: AbortSignal;
  readonly random?: () => number;
}

// An answer that says nothing new should have taken the time that we gave; who gets it sooner does not ask in a circle.
const pauseMs = 1000;
// One question that nobody answers costs little; what is late is everybody's change.
const maxRestMs = 10_000;

/**
 * Tells the keys below a prefix whenever they change, and each time Consul goes away or comes back. Every answer is the whole
 * state: who is slow with one misses what lay between, never the last. Answers that change nothing are not told. Ends only by its signal.
 */
export async function* watchPrefix(
  http: ConsulHttp,
  options: WatchOptions,
): AsyncGenerator<WatchedKeys, void, undefined> {
  const { signal, random = Math.random } = options;
  const watch = new PrefixWatch(http, options);
  for (;;) {
    const begin = performance.now();
    const news = await watch.next();
    if (signal.aborted) return;
    if (news !== undefined) yield news;
    if (watch.failures > 0) await rest(backOffMs(watch.failures, random, 500, maxRestMs), signal);
    else if (news === undefined && (watch.wasPatient || watch.isBlind) && performance.now() - begin < pauseMs)
      await rest(pauseMs, signal);
  }
}

class PrefixWatch {
  readonly #http: ConsulHttp;
  readonly #options: WatchOptions;
  #index = 0n;
  #keys: readonly ConsulKey[] | undefined;
  #failure: DirectoryError | undefined;
  #wasReset = false;
  /** Nobody was busy with what we told since the last answer. */
  #isFresh = false;
  failures = 0;
  /** The last question was one that may wait for news. */
  wasPatient = false;

  constructor(http: ConsulHttp, options: WatchOptions) {
    this.#http = http;
    this.#options = options;
  }

  /** Something between us and Consul takes the index away: no question can wait, so that we have to. */
  get isBlind(): boolean {
    return this.#index === 0n;
  }

  /**
   * One question; undefined when its answer brings nothing new. It waits for news only right after another answer: if the data was
   * lost in between, our number would be larger than any there is, and Consul would let us wait for nothing.
   */
  async next(): Promise<WatchedKeys | undefined> {
    const { prefix, waitSeconds, signal } = this.#options;
    this.wasPatient = this.#isFresh && this.#index > 0n;
    this.#isFresh = false;
    try {
      const answer = await listKeys(
        this.#http,
        prefix,
        this.wasPatient ? { index: this.#index, waitSeconds } : undefined,
        signal,
      );
      return this.#answered(answer.keys, answer.index);
    } catch (error) {
      if (signal.aborted) return undefined;
      if (!(error instanceof DirectoryError)) throw error;
      return this.#failed(error);
    }
  }

  #answered(keys: readonly ConsulKey[], index: bigint): WatchedKeys | undefined {
    const isBack = index < this.#index;
    this.#wasReset ||= isBack;
    // Asking for what is newer than a larger number would wait for long; 0 asks for what there is.
    this.#index = isBack ? 0n : index;
    const isNews = this.failures > 0 || !areSame(this.#keys, keys);
    this.failures = 0;
    this.#failure = undefined;
    this.#keys = keys;
    this.#isFresh = !isNews && !isBack;
    if (this.#isFresh) return undefined;
    const wasReset = this.#wasReset;
    this.#wasReset = false;
    return { keys, wasReset };
  }

  /** The same failure is told once. */
  #failed(failure: DirectoryError): WatchedKeys | undefined {
    this.failures += 1;
    const isNews = this.#failure?.message !== failure.message;
    this.#failure = failure;
    return isNews ? { keys: this.#keys, wasReset: this.#wasReset, failure } : undefined;
  }
}

function areSame(before: readonly ConsulKey[] | undefined, now: readonly ConsulKey[]): boolean {
  return (
    before?.length === now.length &&
    before.every(
      ({ key, value, session }, index) =>
        key === now[index]?.key && value === now[index].value && session === now[index].session,
    )
  );
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
