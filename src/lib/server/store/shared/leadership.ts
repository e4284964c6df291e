import type { Clock } from '../../../daemons/clock.ts';
import { LeaseHolder, type LeaseWatcher } from '../../../daemons/hold-lease.ts';
import type { KeySpace } from '../../../directories/key-space.ts';

export interface LeadershipOptions {
  readonly keys: KeySpace;
  /** The key of the lock. */
  readonly key: string;
  readonly clock: Clock;
  /** What this process writes into the lock about itself, and how it knows one that has ended: see `lockHolder`. */
  readonly holder: Pick<LeaseWatcher, 'holder' | 'isGone'>;
  readonly onChange: (isLeader: boolean) => void;
}

const ttlSeconds = 15;
/** So much earlier than the lease ends, its holder stops to work. */
const marginMs = 2000;
const revokeLimitMs = 3000;

/** Of several servers with one store, one works: the one that has the lock, as long as it can renew its lease. */
export class Leadership {
  readonly #options: LeadershipOptions;
  #lease: string | undefined;
  #term: AbortController | undefined;
  #renewed = new AbortController();
  #news = Promise.withResolvers<undefined>();

  constructor(options: LeadershipOptions) {
    this.#options = options;
  }

  /**
   * Runs `work` whenever this process has the lock, until the signal aborts; then the lock is free at once. `lost`
   * aborts when another server may have it.
   */
  async run(signal: AbortSignal, work: (signal: AbortSignal, lost: AbortSignal) => Promise<void>): Promise<void> {
    const over = new AbortController();
    const holding = this.#holder().run(over.signal);
    const wake = (): void => this.#announce();
    signal.addEventListener('abort', wake, { once: true });
    try {
      while (!signal.aborted) {
        const lost = this.#term?.signal;
        if (lost === undefined) await this.#news.promise;
        else await work(AbortSignal.any([signal, lost]), lost);
      }
    } finally {
      over.abort();
      await holding;
      await this.#release();
    }
  }

  #holder(): LeaseHolder {
    const { keys, key, clock, holder } = this.#options;
    return new LeaseHolder(
      { keys, key, ttlSeconds, content: 'the lock alone', clock },
      {
        ...holder,
        onHeld: ({ lease }) => {
          this.#lease = lease;
          this.#begin();
        },
        onRenewed: (secondsLeft) => {
          this.#expireIn(secondsLeft * 1000 - marginMs);
          if (this.#lease !== undefined) this.#begin();
        },
        onLost: () => {
          this.#lease = undefined;
          this.#end();
        },
        onUnknown: () => {},
      },
    );
  }

  #begin(): void {
    if (this.#term !== undefined) return;
    this.#term = new AbortController();
    this.#options.onChange(true);
    this.#announce();
  }

  #end(): void {
    if (this.#term === undefined) return;
    this.#term.abort();
    this.#term = undefined;
    this.#options.onChange(false);
  }

  /** Unless it is renewed before. */
  #expireIn(ms: number): void {
    this.#renewed.abort();
    const renewed = new AbortController();
    this.#renewed = renewed;
    void this.#options.clock.sleep(ms, renewed.signal).then(() => {
      if (!renewed.signal.aborted) this.#end();
    });
  }

  async #release(): Promise<void> {
    this.#renewed.abort();
    this.#end();
    const lease = this.#lease;
    if (lease !== undefined) await this.#options.keys.revoke(lease, AbortSignal.timeout(revokeLimitMs)).catch(() => {});
  }

  #announce(): void {
    this.#news.resolve(undefined);
    this.#news = Promise.withResolvers();
  }
}
