import { Backoff } from '../../backoff.ts';
import type { Entry, KeySpace } from '../../directories/key-space.ts';
import type { ExpectedKey } from '../../plan/operation-parts.ts';
import type { Clock } from '../clock.ts';
import { isRecord } from '../document-reader.ts';

/** The lock of a registrator's name, with the lease on which all its keys are. */
export interface HeldLease {
  readonly lease: string;
  readonly lock: ExpectedKey;
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
  readonly clock: Clock;
}

/** Between two looks at a lock that somebody else has. */
const lookMs = 1000;

/**
 * Holds the lock of a name and renews its lease. The lock of a process of this machine that has ended is taken over
 * with its lease, so that no key of that one has to be written again. That of anybody else ends with its lease.
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
  async #takeOver({ lease, modified }: Entry, signal: AbortSignal): Promise<HeldLease | undefined> {
    const { keys, key } = this.#request;
    const left = lease === undefined ? undefined : await keys.keepAlive(lease, signal);
    if (lease === undefined || left === undefined) {
      await keys.transact({ compare: [{ key, modified }], success: [{ delete: key }] }, signal);
      return this.#create(signal);
    }
    const success = [{ put: key, value: this.#text(lease), lease }];
    const { succeeded, revision } = await keys.transact({ compare: [{ key, modified }], success }, signal);
    return succeeded ? this.#held(lease, revision, left) : undefined;
  }

  #held(lease: string, revision: bigint, secondsLeft: number): HeldLease {
    const held = { lease, lock: { key: this.#request.key, modified: String(revision) } };
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
    return JSON.stringify({ ...(JSON.parse(this.#watcher.holder) as object), lease });
  }
}

/** What `LeaseHolder` writes: the holder with the id of its lease. */
function parseLock(text: string): { readonly holder: string } {
  try {
    const value: unknown = JSON.parse(text);
    if (!isRecord(value)) return { holder: text };
    const { lease: _, ...holder } = value;
    return { holder: JSON.stringify(holder) };
  } catch {
    return { holder: text };
  }
}
