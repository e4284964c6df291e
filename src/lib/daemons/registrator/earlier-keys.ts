import type { DesiredKey, KeyClaim } from '../../model/published-key.ts';

/** Then a policy that does not answer is waited for no longer. */
const maxMs = 5 * 60_000;

/**
 * Keys that an earlier process of this name has published. They stay until all policies have answered for all
 * containers for the first time, since it is not known before which of them are still desired.
 */
export class EarlierKeys {
  #isOver = false;
  /** From the first time that keys could be written. */
  #endsAt: number | undefined;

  /** Those that nobody has asked for yet. `own`: all claims of this registrator. */
  among(own: readonly KeyClaim[], desired: readonly DesiredKey[], now: number, isComplete: boolean): DesiredKey[] {
    this.#endsAt ??= now + maxMs;
    if (isComplete || now >= this.#endsAt) this.#isOver = true;
    if (this.#isOver) return [];
    const keys = new Set(desired.map(({ key }) => key));
    return own.filter(({ key }) => !keys.has(key)).map(({ key, value }) => ({ key, value, sources: [] }));
  }
}
