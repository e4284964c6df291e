import type { KeyClaim, ObservedKey } from '../../model/published-key.ts';
import type { ExpectedKey, KeyWrite } from '../operation-parts.ts';
import { compareBytes } from './order.ts';
import { claimKey } from './claim-keys.ts';

/** A key with all that is known of it. */
export interface KeyCase {
  readonly key: string;
  /** Absent: this registrator does not want it (any more). */
  readonly value?: string;
  /** Of all registrators. */
  readonly claims: readonly KeyClaim[];
  readonly observed?: ObservedKey;
}

export interface Claimant {
  readonly registrator: string;
  readonly claimsPrefix: string;
  /** Absent: keys stay until they are deleted. */
  readonly lease?: string;
  /** An earlier lease of this registrator, whose keys are its own. */
  readonly earlier?: string;
  /** Whether keys that nobody has claimed are taken over. */
  readonly adopts: boolean;
}

/** What others will see of the key. */
export interface KeyChange {
  readonly mark: '+' | '~' | '-';
  readonly key: string;
  readonly value: string;
}

/** The writes for one key. They belong together in one transaction. */
export interface KeyDecision {
  readonly key: string;
  readonly expected: readonly ExpectedKey[];
  readonly writes: readonly KeyWrite[];
  readonly change?: KeyChange;
}

type Holder = Pick<KeyClaim, 'registrator' | 'value' | 'lease'>;

/**
 * What this registrator has to write for a key. The visible key has the smallest value of all claims (of equal ones
 * that of the smallest name) and the lease of that claimant, who writes it; others leave it. A registrator that gives
 * its claim up, or makes it the larger one, gives the visible key to the next claimant in the same transaction.
 *
 * `foreign`: somebody else's key, which is left alone.
 */
export function decideKey(each: KeyCase, me: Claimant): KeyDecision | 'foreign' | undefined {
  const { key, value, claims, observed } = each;
  if (value !== undefined && isForeign(each, me)) return 'foreign';
  const own = claims.find(({ registrator }) => registrator === me.registrator);
  const claim = value === undefined ? undefined : holderOf(value, me);
  const others = claims.filter((other) => other !== own);
  const first = firstOf(claim === undefined ? others : [...others, claim]);
  const isWriter = (claim !== undefined && first === claim) || isOurs(observed, own, me);
  const visible = isWriter ? writeVisible(each, first, me) : undefined;
  const claimed = writeClaim(claimKey(me.claimsPrefix, key, me.registrator), own, claim);
  // Somebody may be giving the key to us while we give up our claim.
  const untouched = claimed !== undefined && claim === undefined && visible === undefined;
  const parts = [
    untouched ? { ...claimed, expected: [...claimed.expected, expectedAs(key, observed)] } : claimed,
    visible,
  ].filter((part) => part !== undefined);
  if (parts.length === 0) return undefined;
  const change = parts.find((part) => part.change !== undefined)?.change;
  return {
    key,
    expected: parts.flatMap(({ expected }) => expected),
    writes: parts.map(({ write }) => write),
    ...(change === undefined ? {} : { change }),
  };
}

function isForeign({ claims, observed }: KeyCase, me: Claimant): boolean {
  return observed !== undefined && claims.length === 0 && !me.adopts && !isOurs(observed, undefined, me);
}

/** Whether the visible key hangs on our lease, or without a lease is as our claim says. */
function isOurs(observed: ObservedKey | undefined, own: KeyClaim | undefined, me: Claimant): boolean {
  if (observed === undefined) return false;
  const { lease } = observed;
  if (lease !== undefined) return lease === me.lease || lease === me.earlier || lease === own?.lease;
  return own !== undefined && own.lease === undefined && own.value === observed.value;
}

function holderOf(value: string, { registrator, lease }: Claimant): Holder {
  return { registrator, value, ...(lease === undefined ? {} : { lease }) };
}

function firstOf(holders: readonly Holder[]): Holder | undefined {
  return holders.toSorted((a, b) => compareBytes(a.value, b.value) || compareBytes(a.registrator, b.registrator))[0];
}

interface Part {
  readonly expected: readonly ExpectedKey[];
  readonly write: KeyWrite;
  readonly change?: KeyChange;
}

function writeClaim(key: string, own: KeyClaim | undefined, claim: Holder | undefined): Part | undefined {
  const expected = [expectedAs(key, own)];
  if (claim === undefined) return own === undefined ? undefined : { expected, write: { delete: key } };
  return own !== undefined && isEqual(own, claim) ? undefined : { expected, write: put(key, claim) };
}

/** Without a holder the key is deleted. */
function writeVisible({ key, observed, claims }: KeyCase, holder: Holder | undefined, me: Claimant): Part | undefined {
  const expected = [expectedAs(key, observed)];
  if (holder === undefined) {
    if (observed === undefined) return undefined;
    return { expected, write: { delete: key }, change: { mark: '-', key, value: observed.value } };
  }
  if (observed !== undefined && isEqual(observed, holder)) return undefined;
  const other = holder.registrator === me.registrator ? undefined : claims.find((claim) => claim === holder);
  const otherKey = claimKey(me.claimsPrefix, key, holder.registrator);
  const mark = observed === undefined ? '+' : '~';
  return {
    expected: other === undefined ? expected : [...expected, expectedAs(otherKey, other)],
    write: put(key, holder),
    ...(observed?.value === holder.value ? {} : { change: { mark, key, value: holder.value } }),
  };
}

function expectedAs(key: string, observed: ObservedKey | undefined): ExpectedKey {
  return observed === undefined ? { key } : { key, modified: observed.modified };
}

function isEqual(a: Pick<ObservedKey, 'value' | 'lease'>, b: Pick<ObservedKey, 'value' | 'lease'>): boolean {
  return a.value === b.value && a.lease === b.lease;
}

function put(key: string, { value, lease }: Holder): KeyWrite {
  return { put: key, value, ...(lease === undefined ? {} : { lease }) };
}
