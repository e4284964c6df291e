import { lstatSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/**
 * Who can change what is in a directory. `own`: this user alone; `root`: root alone, so that it may be read; `absent`:
 * the way to it is trusted, and it can be made. `refused`: somebody else can, because of `path`.
 */
export type Trust =
  /** `isPrivate`: nobody else can even read it. */
  | { readonly kind: 'own'; readonly isPrivate: boolean }
  | { readonly kind: 'root' }
  | { readonly kind: 'absent' }
  /** `isOpen`: other users can write to `path`. `reason` follows it in a sentence. */
  | { readonly kind: 'refused'; readonly path: string; readonly reason: string; readonly isOpen?: true };

const maxLinks = 20;

/**
 * Looks at each directory from the root down, and at each link on the way where it is: all must belong to this user or
 * to root, and be writable by their owner alone. A directory on the way may be writable by all if it is sticky, as /tmp
 * is. Costs a microsecond or two each.
 */
export function trustOf(directory: string, user = process.getuid?.()): Trust {
  if (user === undefined) return { kind: 'own', isPrivate: true };
  try {
    return walk(resolve(directory), user);
  } catch (error) {
    return { kind: 'refused', path: directory, reason: error instanceof Error ? error.message : String(error) };
  }
}

interface Place {
  readonly path: string;
  readonly stats: Stats;
}

const root = '/';

function walk(directory: string, user: number): Trust {
  const names = namesIn(directory);
  let place: Place = { path: root, stats: lstatSync(root) };
  for (let left = maxLinks; ;) {
    const reason = complaint(place.stats, user, names.length === 0);
    if (reason !== undefined) return refusal(place.path, reason);
    const name = names.shift();
    if (name === undefined) return place.stats.uid === user ? own(place.stats) : { kind: 'root' };
    const next = placeIn(place, name);
    if (next === undefined) return { kind: 'absent' };
    if (!next.stats.isSymbolicLink()) {
      place = next;
      continue;
    }
    if (left === 0 || !isOurs(next.stats, user)) return refusedLink(next);
    left -= 1;
    place = follow(next, place, names);
  }
}

function placeIn({ path }: Place, name: string): Place | undefined {
  const next = name === '..' ? dirname(path) : join(path, name);
  const stats = lstatSync(next, { throwIfNoEntry: false });
  return stats === undefined ? undefined : { path: next, stats };
}

/** From where the names of a link's target go on; they come before those that are left. */
function follow(link: Place, from: Place, names: string[]): Place {
  const target = readlinkSync(link.path);
  names.unshift(...namesIn(target));
  return target.startsWith(root) ? { path: root, stats: lstatSync(root) } : from;
}

function refusedLink({ path }: Place): Trust {
  return refusal(path, 'is a link of another user, or one of too many');
}

function refusal(path: string, reason: string): Trust {
  return { kind: 'refused', path, reason, ...(reason === openReason ? { isOpen: true } : {}) };
}

function own({ mode }: Stats): Trust {
  return { kind: 'own', isPrivate: (mode & 0o077) === 0 };
}

function namesIn(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.');
}

const openReason = 'can be written to by other users';

function complaint(stats: Stats, user: number, isLast: boolean): string | undefined {
  if (!stats.isDirectory()) return 'is not a directory';
  if (!isOurs(stats, user)) return `belongs to user ${String(stats.uid)}`;
  const isSticky = (stats.mode & 0o1000) !== 0 && !isLast;
  return isSticky || !isWritableByOthers(stats) ? undefined : openReason;
}

function isOurs({ uid }: Stats, user: number): boolean {
  return uid === user || uid === 0;
}

function isWritableByOthers({ mode }: Stats): boolean {
  return (mode & 0o022) !== 0;
}

/** Whether only this user and root can have written a file that was opened. */
export function isTrustedFile(stats: Stats, user = process.getuid?.()): boolean {
  return stats.isFile() && (user === undefined || (isOurs(stats, user) && !isWritableByOthers(stats)));
}
