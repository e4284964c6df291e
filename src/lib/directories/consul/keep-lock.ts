import { Backoff } from '../../backoff.ts';
import { DirectoryError, DirectoryUnreachable } from '../directory-errors.ts';
import { pause } from '../pause.ts';
import type { ConsulHttp } from './http.ts';
import { acquireKey, findKey, releaseKey, type ConsulKey } from './keys.ts';
import { createSession, destroySession, renewSession } from './sessions.ts';

export type LockState =
  | { readonly state: 'held' }
  /** Another process holds it; `holder` is what that one wrote about itself. */
  | { readonly state: 'stand-by'; readonly holder: string }
  /** Consul cannot be asked, so another process may hold it by now. */
  | { readonly state: 'unknown'; readonly failure: DirectoryError };

export interface LockOptions {
  readonly key: string;
  /** What others read about the holder. */
  readonly holder: string;
  /** A holder that stops renewing loses the lock after one to two times this. */
  readonly ttlSeconds: number;
  /** How long nobody may take a lock that was lost, because its holder may still be at work. */
  readonly lockDelaySeconds: number;
  readonly signal: AbortSignal;
  /** Called once for each change. */
  readonly onChange: (state: LockState) => void;
  /** Whether the process that wrote this is certainly dead (one of this machine): its lock is taken over at once. */
  readonly isGone?: (holder: string) => boolean;
  readonly random?: () => number;
}

const pauseMs = 1000;
const lastCallMs = 2000;
const maxWaitSeconds = 300;
// How often a stand-by that can see whether the holder's process lives checks that.
const livenessSeconds = 5;

/**
 * Holds a lock, or stands by until the holder is gone, until the signal aborts; then releases it. The holder learns at
 * once when the lock is taken away, and by its own clock, at the end of the session's ttl, when Consul cannot be asked.
 */
export async function keepLock(http: ConsulHttp, options: LockOptions): Promise<void> {
  const { signal, random = Math.random } = options;
  const onChange = onlyChanges(options.onChange);
  const backoff = new Backoff({ firstMs: 500, maxMs: 30_000, random });
  while (!signal.aborted) {
    const failure = await new LockTerm(http, options, onChange).run();
    if (failure === undefined) backoff.reset();
    else await pause(backoff.next(), signal);
  }
}

/** The life of one session: waiting for the lock, holding it, losing it. */
class LockTerm {
  readonly #http: ConsulHttp;
  readonly #options: LockOptions;
  readonly #onChange: (state: LockState) => void;
  readonly #over = new AbortController();
  readonly #signal: AbortSignal;
  #session = '';
  #heldUntil = 0;

  constructor(http: ConsulHttp, options: LockOptions, onChange: (state: LockState) => void) {
    this.#http = http;
    this.#options = options;
    this.#onChange = onChange;
    this.#signal = AbortSignal.any([options.signal, this.#over.signal]);
  }

  /** The failure that ended it; undefined when the signal or the end of the session did. */
  async run(): Promise<DirectoryError | undefined> {
    try {
      await this.#open();
      await Promise.all([this.#renew(), this.#compete()]);
    } catch (error) {
      if (this.#signal.aborted) return undefined;
      if (!(error instanceof DirectoryError)) throw error;
      this.#onChange({ state: 'unknown', failure: error });
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

  /** Counted from when the request was sent: Consul's own time begins after that and before its answer. */
  #prolong(from: number): void {
    this.#heldUntil = from + this.#options.ttlSeconds * 1000;
  }

  async #renew(): Promise<void> {
    for (;;) {
      await pause((this.#options.ttlSeconds * 1000) / 3, this.#signal);
      if (this.#signal.aborted) return;
      const sent = performance.now();
      const limit = AbortSignal.timeout(Math.max(1, Math.ceil(this.#heldUntil - sent)));
      const renewed = await renewSession(this.#http, this.#session, AbortSignal.any([this.#signal, limit])).then(
        (ttl) => ttl !== undefined,
        (error: unknown) => this.#isStillHeld(error),
      );
      if (renewed === true) this.#prolong(sent);
      if (renewed === false) return this.#over.abort();
    }
  }

  /** A renewal may fail now and then; what counts is the time since the last one that succeeded. */
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
    this.#onChange({ state: 'held' });
    await this.#until((found) => found?.session !== this.#session);
    // Consul may have lost its data, and the session with it.
    const ttl = await renewSession(this.#http, this.#session, this.#signal);
    if (ttl === undefined) this.#over.abort();
  }

  async #standBy(): Promise<void> {
    const { found } = await findKey(this.#http, this.#options.key, undefined, this.#signal);
    // Refused though nobody holds it: the lock delay after a loss.
    if (found?.session === undefined) return pause(pauseMs, this.#signal);
    if (this.#options.isGone?.(found.value) === true) return this.#takeOver(found.session);
    this.#onChange({ state: 'stand-by', holder: found.value });
    await this.#until(
      (now) => now === undefined || now.session !== found.session || this.#options.isGone?.(now.value) === true,
      this.#options.isGone === undefined ? maxWaitSeconds : livenessSeconds,
    );
  }

  async #takeOver(session: string): Promise<void> {
    await releaseKey(this.#http, this.#options.key, session, this.#signal);
    await destroySession(this.#http, session, this.#signal);
  }

  /** Watches the key until the condition holds. While Consul cannot be asked, the renewals decide. */
  async #until(isOver: (found: ConsulKey | undefined) => boolean, waitSeconds = maxWaitSeconds): Promise<void> {
    const { key, random = Math.random } = this.#options;
    const backoff = new Backoff({ firstMs: 200, maxMs: pauseMs, random });
    for (let index = 0n; !this.#signal.aborted;) {
      try {
        const blocking = index > 0n ? { index, waitSeconds } : undefined;
        const answer = await findKey(this.#http, key, blocking, this.#signal);
        backoff.reset();
        if (isOver(answer.found)) return;
        index = answer.index < index ? 0n : answer.index;
        if (index === 0n) await pause(pauseMs, this.#signal);
      } catch (error) {
        if (!(error instanceof DirectoryUnreachable)) throw error;
        index = 0n;
        await pause(backoff.next(), this.#signal);
      }
    }
  }

  /** So that the next holder need not wait; where this fails, the session expires. */
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
