import type { KeySpace } from '../../directories/key-space.ts';
import type { Clock } from '../clock.ts';
import { lockHolder } from '../lock-holder.ts';
import { LeaseHolder, type HeldLease } from '../hold-lease.ts';
import { registratorsPrefix } from './reserved-prefixes.ts';
import type { LeaseStatus } from './status.ts';

export interface NameLeaseOptions {
  readonly keys: KeySpace;
  readonly ttlSeconds: number;
  readonly claimsPrefix: string;
  readonly clock: Clock;
  readonly onHeld: (held: HeldLease) => void;
  /** Undefined: the lease has ended. Else another process has the name. */
  readonly onLost: (holder: string | undefined) => void;
  readonly onUnknown: (error: unknown) => void;
}

const revokeLimitMs = 5000;

/** The right to work in a name, with the lease on which the keys of that name are. */
export class NameLease {
  readonly #options: NameLeaseOptions;
  #holder: LeaseHolder | undefined;
  #id: string | undefined;
  #endsAt = 0;

  constructor(options: NameLeaseOptions) {
    this.#options = options;
  }

  get status(): LeaseStatus | undefined {
    const secondsLeft = Math.max(0, Math.round((this.#endsAt - this.#options.clock.now()) / 1000));
    return this.#id === undefined ? undefined : { id: this.#id, secondsLeft };
  }

  /** Until the signal aborts; the lease stays until it ends. */
  async run(name: string, signal: AbortSignal): Promise<void> {
    const { keys, ttlSeconds, claimsPrefix, clock, onHeld, onLost, onUnknown } = this.#options;
    const content = `claims below ${claimsPrefix}`;
    const request = { keys, key: `${registratorsPrefix}/${name}`, ttlSeconds, content, clock };
    this.#holder = new LeaseHolder(request, {
      ...lockHolder('registrator'),
      onHeld: (held) => {
        this.#id = held.lease;
        onHeld(held);
      },
      onRenewed: (secondsLeft) => {
        this.#endsAt = clock.now() + secondsLeft * 1000;
      },
      onLost: (holder) => {
        this.#id = undefined;
        onLost(holder);
      },
      onUnknown: (error) => {
        if (this.#id === undefined) onUnknown(error);
      },
    });
    await this.#holder.run(signal);
  }

  /** The lease may have ended: looks at once. */
  check(): void {
    this.#holder?.check();
  }

  /** Ends the lease, and with it the lock and all keys. */
  async revoke(): Promise<void> {
    if (this.#id !== undefined) await this.#options.keys.revoke(this.#id, AbortSignal.timeout(revokeLimitMs));
  }
}
