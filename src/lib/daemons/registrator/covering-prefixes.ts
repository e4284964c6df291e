export interface Covering {
  /** Prefixes that are read already, and are kept where they cover what is needed. */
  readonly known: Iterable<string>;
  /** A prefix that may not be read as a whole is divided by the next part of its keys. */
  readonly isDenied: (prefix: string) => boolean;
  /** The largest number of prefixes. */
  readonly max: number;
}

/**
 * Prefixes that cover these keys: one for all keys that share their first part, unless it may not be read. Of more than
 * the largest number, those that begin alike become one. A key that may not be read is covered by none.
 */
export function coveringPrefixes(keys: readonly string[], covering: Covering): readonly string[] {
  const known = [...covering.known].filter((prefix) => !covering.isDenied(prefix));
  const prefixes = [...Map.groupBy(keys, firstPart)].flatMap(([part, group]) => {
    const kept = known.find((prefix) => firstPart(prefix) === part && group.every((key) => key.startsWith(prefix)));
    return kept ?? divided(group, covering.isDenied);
  });
  return atMost(covering.max, prefixes).filter((prefix) => !covering.isDenied(prefix));
}

function divided(keys: readonly string[], isDenied: Covering['isDenied']): readonly string[] {
  const prefix = commonPrefix(keys);
  if (!isDenied(prefix)) return [prefix];
  if (keys.length === 1) return [];
  const parts = Map.groupBy(keys, (key) => /^\/?[^/]*/.exec(key.slice(prefix.length))?.[0] ?? '');
  return [...parts.values()].flatMap((group) => divided(group, isDenied));
}

/** Shortened until they are so few; all of them begin with `/`. */
function atMost(max: number, prefixes: readonly string[]): readonly string[] {
  if (prefixes.length <= max) return prefixes;
  const longest = Math.max(...prefixes.map(({ length }) => length));
  for (let length = longest; length > 1; length -= 1) {
    const shorter = new Set(prefixes.map((prefix) => prefix.slice(0, length)));
    if (shorter.size <= max) return [...shorter];
  }
  return ['/'];
}

/** `skydns` of `/skydns/local/web` */
function firstPart(key: string): string {
  return key.split('/')[1] ?? '';
}

/** A prefix of all: the one of them that is, or up to the last slash that they have in common. */
export function commonPrefix(keys: readonly string[]): string {
  const [first = '', ...others] = keys;
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length -= 1;
  const common = first.slice(0, length);
  return keys.includes(common) ? common : common.slice(0, common.lastIndexOf('/') + 1);
}
