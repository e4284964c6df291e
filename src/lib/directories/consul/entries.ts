import type { Change, Entry } from '../key-space.ts';
import type { ConsulKey } from './keys.ts';

export function entryOf({ key, value, created, modified, session }: ConsulKey): Entry {
  return {
    key,
    value,
    created: BigInt(created),
    modified: BigInt(modified),
    ...(session === undefined ? {} : { lease: session }),
  };
}

/** What leads from some entries to others. */
export function differences(before: readonly Entry[], now: readonly Entry[]): readonly Change[] {
  const known = new Map(before.map((entry) => [entry.key, entry]));
  const present = new Set(now.map(({ key }) => key));
  const puts = now.filter((entry) => !isSame(known.get(entry.key), entry)).map((entry) => ({ key: entry.key, entry }));
  const deletes = before.filter(({ key }) => !present.has(key)).map(({ key }) => ({ key }));
  return [...puts, ...deletes];
}

/** A release by the end of a session changes the lease and the index. */
function isSame(before: Entry | undefined, now: Entry): boolean {
  return before?.modified === now.modified && before.created === now.created;
}
