import type { KeyClaim, ObservedKey } from '../../model/published-key.ts';
import type { KeyWrite } from '../operation-parts.ts';

/** Below which prefix all claims are. */
export function claimsBelow(prefix: string): string {
  return `${prefix}/`;
}

/** Where a registrator writes its claim to a key. The key is encoded, since both `/a` and `/a/b` may be keys. */
export function claimKey(prefix: string, key: string, registrator: string): string {
  return `${claimsBelow(prefix)}${encodeURIComponent(key)}/${encodeURIComponent(registrator)}`;
}

/** The claim that an entry below the prefix is; undefined: it is something else. */
export function parseClaim(prefix: string, entryKey: string, entry: ObservedKey): KeyClaim | undefined {
  const { key, registrator } = namesOf(prefix, entryKey) ?? {};
  return key === undefined || registrator === undefined ? undefined : { ...entry, key, registrator };
}

/** The keys that writes are about: themselves, or those that they claim. */
export function keysOfWrites(prefix: string, writes: readonly KeyWrite[]): readonly string[] {
  const written = writes.map((write) => ('put' in write ? write.put : write.delete));
  const isClaim = (key: string): boolean => key.startsWith(claimsBelow(prefix));
  return [...new Set(written.map((key) => (isClaim(key) ? (namesOf(prefix, key)?.key ?? key) : key)))];
}

function namesOf(prefix: string, entryKey: string): { readonly key: string; readonly registrator: string } | undefined {
  const [key, registrator, ...more] = entryKey.slice(claimsBelow(prefix).length).split('/').map(decoded);
  return key === undefined || registrator === undefined || more.length > 0 ? undefined : { key, registrator };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
