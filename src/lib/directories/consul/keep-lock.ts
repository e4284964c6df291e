import { setTimeout as delay } from 'node:timers/promises';
import { backOffMs } from '../back-off.ts';
import { DirectoryError, DirectoryUnreachable } from '../directory-errors.ts';
import type { ConsulHttp } from './http.ts';
import { acquireKey, findKey, releaseKey, type ConsulKey } from './keys.ts';
import { createSession, destroySession, renewSession } from './sessions.ts';

export type LockState =
  | { readonly state: 'held' }
  /** Another has it; what it wrote about itself. */
  | { readonly state: 'stand-by'; readonly holder: string }
  /** Consul cannot be asked, so another may have it by now. */
  | { readonly state: 'unknown'; readonly failure: DirectoryError };

export interface LockOptions {
  readonly key: string;
  /** What others read about who holds it. */
  readonly holder: string;
  /** A holder that is gone without a word is out after one to two times of it. */
  readonly ttlSeconds: number;
  /** What a former holder began may still be under way; for so long nobody takes over from one that was lost. */
  readonly lockDelaySeconds: number;
  readonly signal: AbortSignal;
  /** Each change, once. */
  readonly onChange: (state: LockState) => void;
  /** True when the one that wrote this is surely gone (a dead process of this machine): its lock is taken over at once. */
  readonly isGone?: (holder: string) => boolean;
  readonly random?: () => number;
}

const pauseMs = 1000;
const lastCallMs = 2000;
const maxWaitSeconds = 300;
// Who can see a holder's death looks so often.
const deathWaitSeconds = 5;

/**
 * Holds a lock, or stands by until the holder is gone, and goes on so until the signal; then gives it back. Who holds knows at once
 * when the lock is taken away, and by its own clock, at the end of the session's time, when Consul cannot be asked.
 */
export async function keepLock(http: ConsulHttp, options: LockOptions): Promise<void> {
  const { signal, random = Math.random } = options;
  const tell = onlyChanges(options.onChange);
  for (let failures = 0; !signal.aborted;) {
    const failure = await new LockTerm(http, options, tell).run();
    failures = failure === undefined ? 0 : failures + 1;
    if (failure !== undefined) await rest(backOffMs(failures, random), signal);
  }
}

/** The life of one session: waiting for the lock, holding it, losing it. */
class LockTerm {
  readonly #http: ConsulHttp;
  readonly #options: LockOptions;
  readonly #tell: (state: LockState) => void;
  readonly #over = new AbortController();
  readonly #signal: AbortSignal;
  #session = '';
  #heldUntil = 0;

  constructor(http: ConsulHttp, options: LockOptions, tell: (state: LockState) => void) {
    this.#http = http;
    this.#options = options;
    this.#tell = tell;
    this.#signal = AbortSignal.any([options.signal, this.#over.signal]);
  }

  /** What ended it; nothing when it was the signal, or only the session. */
  async run(): Promise<DirectoryError | undefined> {
    try {
      await this.#open();
      await Promise.all([this.#renew(), this.#compete()]);
    } catch (error) {
      if (this.#signal.aborted) return undefined;
      if (!(error instanceof DirectoryError)) throw error;
      this.#tell({ state: 'unknown', failure: error });
      return error;
    } finally {
      this.#over.abort();
      await this.#close();
    }
    return undefined;
  }

  async #open(): Promise<void> {
    const { key, ttlSeconds, lockDelaySeconds } = this.#options;
    this.#prolong(performance.now());
    this.#session = await createSession(
      this.#http,
      { name: `dockerops ${key}`, ttlSeconds, lockDelaySeconds },
      this.#signal,
    );
  }

  /** From when the question was sent, not from its answer: Consul's own time begins between. */
  #prolong(from: number): void {
    this.#heldUntil = from + this.#options.ttlSeconds * 1000;
  }

  async #renew(): Promise<void> {
    for (;;) {
      await rest((this.#options.ttlSeconds * 1000) / 3, this.#signal);
      if (this.#signal.aborted) return;
      const sent = performance.now();
      const limit = AbortSignal.timeout(Math.max(1, Math.ceil(this.#heldUntil - sent)));
      const isAlive = await renewSession(this.#http, this.#session, AbortSignal.any([this.#signal, limit])).catch(
        (error: unknown) => this.#isStillHeld(error),
      );
      if (isAlive === true) this.#prolong(sent);
      if (isAlive === false) return this.#over.abort();
    }
  }

  /** A question may fail now and then; what counts is the time since the last that did not. */
  #isStillHeld(error: unknown): undefined {
    if (this.#options.signal.aborted || performance.now() < this.#heldUntil) return undefined;
    throw error instanceof DirectoryError
      ? error
      : new DirectoryUnreachable(
          `renew the session: Consul at ${this.#http.address} did not answer within ${this.#options.ttlSeconds} s`,
          { code: 'CONSUL_UNREACHABLE' },
        );
  }

  async #compete(): Promise<void> {
    const { key, holder } = this.#options;
    while (!this.#signal.aborted) {
      if (await acquireKey(this.#http, key, this.#session, holder, this.#signal)) await this.#hold();
      else await this.#standBy();
    }
  }

  async #hold(): Promise<void> {
    this.#tell({ state: 'held' });
    await this.#until((found) => found?.session !== this.#session);
    // Consul may have lost its data, and the session with it.
    if (!(await renewSession(this.#http, this.#session, this.#signal))) this.#over.abort();
  }

  async #standBy(): Promise<void> {
    const { found } = await findKey(this.#http, this.#options.key, undefined, this.#signal);
    // Nobody has it, and yet it was refused: the delay after a loss.
    if (found?.session === undefined) return rest(pauseMs, this.#signal);
    if (this.#options.isGone?.(found.value) === true) return this.#takeOver(found.session);
    this.#tell({ state: 'stand-by', holder: found.value });
    await this.#until(
      (now) => now === undefined || now.session !== found.session || this.#options.isGone?.(now.value) === true,
      this.#options.isGone === undefined ? maxWaitSeconds : deathWaitSeconds,
    );
  }

  async #takeOver(session: string): Promise<void> {
    await releaseKey(this.#http, this.#options.key, session, this.#signal);
    await destroySession(this.#http, session, this.#signal);
  }

  /** Watches the key until it is as asked. While Consul cannot be asked, the renewals decide. */
  async #until(isOver: (found: ConsulKey | undefined) => boolean, waitSeconds = maxWaitSeconds): Promise<void> {
    let index = 0n;
    for (let failures = 0; !this.#signal.aborted;) {
      try {
        const answer = await findKey(
          this.#http,
          this.#options.key,
          index > 0n ? { index, waitSeconds } : undefined,
          this.#signal,
        );
        failures = 0;
        if (isOver(answer.found)) return;
        index = answer.index < index ? 0n : answer.index;
        if (index === 0n) await rest(pauseMs, this.#signal);
      } catch (error) {
        if (!(error instanceof DirectoryUnreachable)) throw error;
        failures += 1;
        index = 0n;
        await rest(backOffMs(failures, this.#options.random ?? Math.random, 200, pauseMs), this.#signal);
      }
    }
  }

  /** So that the next one need not wait; where that fails, the session runs out by itself. */
  async #close(): Promise<void> {
    if (this.#session === '') return;
    const limit = AbortSignal.timeout(lastCallMs);
    await releaseKey(this.#http, this.#options.key, this.#session, limit)
      .then(() => destroySession(this.#http, this.#session, limit))
      .catch(() => {});
  }
}

function onlyChanges(onChange: (state: LockState) => void): (state: LockState) => void {
  let last = '';
  return (state) => {
    const text = JSON.stringify(state.state === 'unknown' ? [state.state, state.failure.message] : state);
    if (text !== last) onChange(state);
    last = text;
  };
}

async function rest(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch((error: unknown) => {
    if (!signal.aborted) throw error;
  });
}
