import { Backoff } from '../backoff.ts';
import type { Entry, KeySpace } from '../directories/key-space.ts';
import { parseJson } from '../json.ts';
import type { ExpectedKey } from '../plan/operation-parts.ts';
import type { Clock } from './clock.ts';
import { isRecord } from './document-reader.ts';

/** The lock of a name, with the lease on which the keys of its holder are. */
export interface HeldLease {
  readonly lease: string;
  readonly lock: ExpectedKey;
  /** An earlier one of this name, of other terms, on which keys may still be. */
  readonly earlier?: string;
}

export interface LeaseWatcher {
  /** What is written into the lock about this process, as JSON. */
  readonly holder: string;
  /** Whether the process that wrote this has certainly ended. */
  readonly isGone: (holder: string) => boolean;
  readonly onHeld: (held: HeldLease) => void;
  readonly onRenewed: (secondsLeft: number) => void;
  /** Somebody else has the lock, or the lease has ended. */
  readonly onLost: (holder: string | undefined) => void;
  readonly onUnknown: (error: unknown) => void;
}

export interface LeaseRequest {
  readonly keys: KeySpace;
  /** The key of the lock. */
  readonly key: string;
  readonly ttlSeconds: number;
  /** What is on the lease: one with other content is not continued. */
  readonly content: string;
  readonly clock: Clock;
}

/** Between two looks at a lock that somebody else has. */
const lookMs = 1000;

/**
 * Holds the lock of a name and renews its lease. The lock of a process of this machine that has ended is taken over
 * with its lease, so that no key of that one has to be written again; with a lease of another ttl or content, a new one
 * takes its place. The lock of anybody else ends with its lease.
 */
export class LeaseHolder {
  readonly #request: LeaseRequest;
  readonly #watcher: LeaseWatcher;
  #check: () => void = () => {};

  constructor(request: LeaseRequest, watcher: LeaseWatcher) {
    this.#request = request;
    this.#watcher = watcher;
  }

  /** The lease may have ended: looks at once. */
  check(): void {
    this.#check();
  }

  /** Until the signal aborts; the lease then stays until it ends. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, ttlSeconds } = this.#request;
    const backoff = new Backoff({ firstMs: 250, maxMs: (ttlSeconds * 1000) / 6 });
    const isOver = (): boolean => signal.aborted;
    while (!isOver()) {
      try {
        const held = await this.#acquire(signal);
        backoff.reset();
        if (held === undefined) await clock.sleep(lookMs, signal);
        else await this.#keep(held, signal);
      } catch (error) {
        if (isOver()) return;
        this.#watcher.onUnknown(error);
        await clock.sleep(backoff.next(), signal);
      }
    }
  }

  /** Undefined: somebody else has it. */
  async #acquire(signal: AbortSignal): Promise<HeldLease | undefined> {
    const found = await this.#read(signal);
    if (found === undefined) return this.#create(signal);
    const { holder } = parseLock(found.value);
    const isOurs = holder === this.#watcher.holder;
    if (isOurs || this.#watcher.isGone(holder)) return this.#takeOver(found, signal);
    this.#watcher.onLost(holder);
    return undefined;
  }

  async #create(signal: AbortSignal): Promise<HeldLease | undefined> {
    const { keys, key, ttlSeconds } = this.#request;
    const lease = await keys.lease(ttlSeconds, signal);
    const { succeeded, revision } = await keys.transact(
      { compare: [{ key, exists: false }], success: [{ put: key, value: this.#text(lease.id), lease: lease.id }] },
      signal,
    );
    if (succeeded) return this.#held(lease.id, revision, lease.ttlSeconds);
    await keys.revoke(lease.id, signal);
    return undefined;
  }

  /** Of a lease that ends in this moment, the next look finds no lock. */
  async #takeOver({ value, lease, modified }: Entry, signal: AbortSignal): Promise<HeldLease | undefined> {
    const { keys, key } = this.#request;
    const left = lease === undefined ? undefined : await keys.keepAlive(lease, signal);
    if (lease === undefined || left === undefined) {
      await keys.transact({ compare: [{ key, modified }], success: [{ delete: key }] }, signal);
      return this.#create(signal);
    }
    if (parseLock(value).terms !== this.#terms) return this.#replace(lease, modified, signal);
    const success = [{ put: key, value: this.#text(lease), lease }];
    const { succeeded, revision } = await keys.transact({ compare: [{ key, modified }], success }, signal);
    return succeeded ? this.#held(lease, revision, left) : undefined;
  }

  /** The earlier lease stays, so that its keys can be moved to the new one. */
  async #replace(earlier: string, modified: bigint, signal: AbortSignal): Promise<HeldLease | undefined> {
    const { keys, key, ttlSeconds } = this.#request;
    const { id: lease, ttlSeconds: left } = await keys.lease(ttlSeconds, signal);
    const success = [{ put: key, value: this.#text(lease), lease }];
    const { succeeded, revision } = await keys.transact({ compare: [{ key, modified }], success }, signal);
    if (succeeded) return this.#held(lease, revision, left, earlier);
    await keys.revoke(lease, signal);
    return undefined;
  }

  #held(lease: string, revision: bigint, secondsLeft: number, earlier?: string): HeldLease {
    const lock = { key: this.#request.key, modified: String(revision) };
    const held = { lease, lock, ...(earlier === undefined ? {} : { earlier }) };
    this.#watcher.onRenewed(secondsLeft);
    this.#watcher.onHeld(held);
    return held;
  }

  /** Returns when the lease has ended, or somebody else has the lock. */
  async #keep({ lease, lock }: HeldLease, signal: AbortSignal): Promise<void> {
    const { keys, ttlSeconds } = this.#request;
    const backoff = new Backoff({ firstMs: 250, maxMs: (ttlSeconds * 1000) / 6 });
    const isOver = (): boolean => signal.aborted;
    for (let restMs = (ttlSeconds * 1000) / 3; !isOver();) {
      const isChecked = await this.#sleep(restMs, signal);
      if (isOver()) return;
      try {
        const left = await keys.keepAlive(lease, signal);
        const isHeld = !isChecked || String((await this.#read(signal))?.modified) === lock.modified;
        if (left === undefined || !isHeld) return this.#watcher.onLost(undefined);
        backoff.reset();
        this.#watcher.onRenewed(left);
        restMs = (ttlSeconds * 1000) / 3;
      } catch (error) {
        if (isOver()) return;
        this.#watcher.onUnknown(error);
        restMs = backoff.next();
      }
    }
  }

  /** True: it was ended by `check`. */
  async #sleep(ms: number, signal: AbortSignal): Promise<boolean> {
    const woken = new AbortController();
    this.#check = () => {
      woken.abort();
    };
    await this.#request.clock.sleep(ms, AbortSignal.any([signal, woken.signal]));
    this.#check = () => {};
    return woken.signal.aborted;
  }

  async #read(signal: AbortSignal): Promise<Entry | undefined> {
    const { keys, key } = this.#request;
    return (await keys.transact({ compare: [], success: [{ get: key }] }, signal)).entries[0];
  }

  #text(lease: string): string {
    return JSON.stringify({ ...(JSON.parse(this.#watcher.holder) as object), lease, terms: this.#terms });
  }

  get #terms(): string {
    const { ttlSeconds, content } = this.#request;
    return `${String(ttlSeconds)} s, ${content}`;
  }
}

/** What `LeaseHolder` writes: the holder with the id of its lease and its terms. */
function parseLock(text: string): { readonly holder: string; readonly terms?: unknown } {
  try {
    const value: unknown = parseJson(text);
    if (!isRecord(value)) return { holder: text };
    const { lease: _, terms, ...holder } = value;
    return { holder: JSON.stringify(holder), terms };
  } catch {
    return { holder: text };
  }
}
