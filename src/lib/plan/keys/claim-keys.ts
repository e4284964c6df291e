import type { KeyClaim, ObservedKey } from '../../model/published-key.ts';

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
  const [key, registrator, ...more] = entryKey.slice(claimsBelow(prefix).length).split('/').map(decoded);
  if (key === undefined || registrator === undefined || more.length > 0) return undefined;
  return { ...entry, key, registrator };
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
