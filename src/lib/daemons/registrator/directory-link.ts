import { DirectoryDenied } from '../../directories/directory-errors.ts';
import type { KeySpace } from '../../directories/key-space.ts';
import type { Clock } from '../clock.ts';
import type { Log } from '../log.ts';
import type { PolicySet } from './agent-tools.ts';
import { DirectoryConfigurations } from './directory-configurations.ts';
import { DirectoryState } from './directory-state.ts';
import type { HeldLease } from '../hold-lease.ts';
import type { MirrorOptions } from './key-mirror.ts';
import { NameLease } from './name-lease.ts';
import type { RegistratorSettings } from './settings.ts';
import type { LeaseStatus } from './status.ts';

export interface LinkOptions {
  readonly keys: KeySpace;
  readonly settings: RegistratorSettings;
  readonly set: PolicySet;
  readonly clock: Clock;
  readonly log: Pick<Log, 'warn'>;
  /** Something in the directory has changed. */
  readonly onChange: (reason: string) => void;
  /** It does not answer. */
  readonly onBreak: (error: unknown) => void;
  /** `other`: another process works in this name. */
  readonly onLease: (lease: HeldLease | 'other' | undefined) => void;
  readonly onLeaseUnknown: (error: unknown) => void;
}

/** Of the lock of a registrator that runs once and whose keys have no lease. */
const onceTtlSeconds = 30;

/** What connects a registrator with the directory: what is in it, its configurations, and the lease of its name. */
export class DirectoryLink {
  readonly state: DirectoryState;
  readonly #options: LinkOptions;
  readonly #over = new AbortController();
  readonly #configurations: DirectoryConfigurations;
  readonly #lease: NameLease;
  #isTaken = false;

  constructor(options: LinkOptions) {
    const { keys, settings, set } = options;
    this.#options = options;
    this.state = new DirectoryState(keys, settings.claimsPrefix, this.#mirrorOptions(), this.#over.signal);
    this.#configurations = new DirectoryConfigurations(this.state.mirrors, settings, set);
    this.#lease = this.#nameLease();
  }

  /** Undefined: there is none, or the keys have none. */
  get leaseStatus(): LeaseStatus | undefined {
    return this.#options.settings.ttlSeconds === 0 ? undefined : this.#lease.status;
  }

  /** Follows the configurations of these policies. */
  follow(set: PolicySet): void {
    this.#configurations.follow(set);
  }

  /** Resolves when all configurations are up to date. */
  currentConfigurations(signal: AbortSignal): Promise<void> {
    return this.#configurations.current(signal);
  }

  /** Holds the lease of a name until the signal aborts. */
  holdLease(name: string, signal: AbortSignal): Promise<void> {
    return this.#lease.run(name, signal);
  }

  /** The lease may have ended: looks at once. */
  checkLease(): void {
    this.#lease.check();
  }

  /** Ends the lease, and with it the lock and all keys. */
  revokeLease(): Promise<void> {
    return this.#lease.revoke();
  }

  close(): void {
    this.#over.abort();
    this.#options.keys[Symbol.dispose]();
  }

  #mirrorOptions(): MirrorOptions {
    const { clock, onChange, onBreak } = this.#options;
    return {
      clock,
      onChange: (prefix) => {
        this.#configurations.changed(prefix);
        onChange(`keys below ${prefix}`);
      },
      onBreak: (error, prefix) => {
        if (this.#over.signal.aborted) return;
        if (error instanceof DirectoryDenied && this.#configurations.refused(prefix, error))
          onChange(`no permission for the keys below ${prefix}`);
        else onBreak(error);
      },
    };
  }

  #nameLease(): NameLease {
    const { keys, settings, clock, log, onLease, onLeaseUnknown } = this.#options;
    return new NameLease({
      keys,
      ttlSeconds: settings.ttlSeconds === 0 ? onceTtlSeconds : settings.ttlSeconds,
      claimsPrefix: settings.claimsPrefix,
      clock,
      onHeld: (held) => {
        this.#isTaken = false;
        onLease(held);
      },
      onLost: (holder) => {
        if (holder === undefined) log.warn('the lease has ended; all keys are written again');
        else if (!this.#isTaken) log.warn({ holder }, 'another registrator has this name: standing by');
        this.#isTaken = holder !== undefined;
        onLease(holder === undefined ? undefined : 'other');
      },
      onUnknown: onLeaseUnknown,
    });
  }
}
