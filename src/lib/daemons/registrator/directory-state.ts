import type { DirectoryDenied } from '../../directories/directory-errors.ts';
import type { KeySpace } from '../../directories/key-space.ts';
import type { KeyClaim, ObservedKey } from '../../model/published-key.ts';
import type { Entry } from '../../directories/key-space.ts';
import { claimsBelow, parseClaim } from '../../plan/keys/claim-keys.ts';
import type { KeyMirror } from './key-mirror.ts';
import { KeyMirrors } from './key-mirrors.ts';
import type { MirrorOptions } from './key-mirror.ts';
import { registratorsPrefix } from './reserved-prefixes.ts';

/** What a registrator knows of the directory: all claims, and the keys that it is about. */
export class DirectoryState {
  readonly mirrors: KeyMirrors;
  readonly #keys: KeySpace;
  readonly #claimsPrefix: string;

  constructor(keys: KeySpace, claimsPrefix: string, options: MirrorOptions, signal: AbortSignal) {
    this.#keys = keys;
    this.#claimsPrefix = claimsPrefix;
    this.mirrors = new KeyMirrors(keys, options, signal);
  }

  /**
   * Resolves when the claims, and the keys that are named or claimed in this name, are up to date, with the keys that
   * may not be read.
   */
  async current(registrator: string, keys: readonly string[]): Promise<ReadonlyMap<string, DirectoryDenied>> {
    const claimed = (await this.currentClaimsOf(registrator)).map(({ key }) => key);
    return this.mirrors.cover([...new Set([...keys, ...claimed])]);
  }

  claims(): readonly KeyClaim[] {
    return [...this.#claims.entries].flatMap(
      ([key, entry]) => parseClaim(this.#claimsPrefix, key, observedOf(entry)) ?? [],
    );
  }

  /** Resolves when all claims are up to date. */
  async currentClaimsOf(registrator: string): Promise<readonly KeyClaim[]> {
    await this.#claims.current();
    return this.claimsOf(registrator);
  }

  claimsOf(registrator: string): readonly KeyClaim[] {
    return this.claims().filter((claim) => claim.registrator === registrator);
  }

  observed(keys: readonly string[]): ReadonlyMap<string, ObservedKey> {
    return new Map(
      keys.flatMap((key) => {
        const entry = this.mirrors.get(key);
        return entry === undefined ? [] : [[key, observedOf(entry)] as const];
      }),
    );
  }

  /** Visible keys among those that are known, whoever claims them. */
  keysOfLease(lease: string | undefined): readonly string[] {
    if (lease === undefined) return [];
    const own = [this.#claimsPrefix, registratorsPrefix];
    return this.mirrors.keysOfLease(lease).filter((key) => own.every((prefix) => !key.startsWith(`${prefix}/`)));
  }

  /** Ends a lease, and with it all that is still on it. */
  revoke(lease: string, signal: AbortSignal): Promise<void> {
    return this.#keys.revoke(lease, signal);
  }

  get #claims(): KeyMirror {
    return this.mirrors.of(claimsBelow(this.#claimsPrefix));
  }
}

function observedOf({ value, modified, lease }: Entry): ObservedKey {
  return { value, modified: String(modified), ...(lease === undefined ? {} : { lease }) };
}
