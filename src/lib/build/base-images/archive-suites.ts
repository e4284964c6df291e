import { join } from 'node:path';
import { OperationFailed } from '../../errors.ts';
import { parseJson } from '../../json.ts';
import type { LockedSuite } from '../../model/lock.ts';
import { readTrustedFile, writeTrustedFile } from '../../trusted-file.ts';

/**
 * A step of mmdebstrap that changes nothing: it writes a line for each suite of the archive that packages are taken
 * from, as soon as its Release file is there. $1 is the tree.
 */
export const reportSuites = `for release in "$1"/var/lib/apt/lists/*_InRelease "$1"/var/lib/apt/lists/*_Release; do
  test -f "$release" || continue
  name=\${release##*_dists_}
  name=\${name%_*Release}
  sum=$(sha256sum < "$release" | cut -c 1-64)
  echo "dockerops: suite $name $sum $(sed -n 's/^Date: *//p' "$release" | head -n 1)" >&2
done`;

/** The suite that such a line is about. */
export function suiteIn(line: string): LockedSuite | undefined {
  const [, name, sha256, date] = /^dockerops: suite (\S+) ([0-9a-f]{64}) (.+)$/.exec(line) ?? [];
  return name === undefined || sha256 === undefined || date === undefined ? undefined : { name, date, sha256 };
}

/** Each once: the last that was told. */
export function sortedSuites(suites: readonly LockedSuite[]): readonly LockedSuite[] {
  const byName = new Map(suites.map((suite) => [suite.name, suite]));
  return [...byName.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Why a tree of these suites is not the one that is locked; undefined: it is. */
export function movedSuite(
  suites: readonly LockedSuite[],
  locked: readonly LockedSuite[],
): OperationFailed | undefined {
  const moved = suites.find(({ name, sha256 }) => locked.find((each) => each.name === name)?.sha256 !== sha256);
  if (moved !== undefined) return archiveMoved(moved, locked);
  const lost = locked.find(({ name }) => !suites.some((each) => each.name === name));
  return lost && archiveMoved({ name: lost.name }, locked);
}

/** The error for a suite that is not as it is locked. Without a date it is not there at all. */
export function archiveMoved(
  { name, date }: Pick<LockedSuite, 'name'> & Partial<LockedSuite>,
  locked: readonly LockedSuite[],
): OperationFailed {
  const before = locked.find((each) => each.name === name)?.date;
  const then = before === undefined ? `${name} is not in the lock` : `${name} is locked as of ${before}`;
  const now = date === undefined ? 'does not have it' : `has it as of ${date}`;
  return new OperationFailed(`the package archive has moved on: suite ${then}, and the archive ${now}`, {
    code: 'ARCHIVE_MOVED',
    suggestions: [
      'take it from an archive of snapshots: ' +
        'APT_SOURCES="deb [check-valid-until=no] <address of that day> bookworm main"',
      'or lock the images as they are made now: dockerops build all --lock',
    ],
  });
}

/** What is kept of a tree beside it, by the digest of its tar. */
export function keepSuites(directory: string, digest: string, suites: readonly LockedSuite[]): void {
  writeTrustedFile(fileOf(directory, digest), JSON.stringify(suites));
}

export function keptSuites(directory: string, digest: string): readonly LockedSuite[] {
  const text = readTrustedFile(fileOf(directory, digest));
  return text === undefined ? [] : (parseJson(text.toString()) as readonly LockedSuite[]);
}

function fileOf(directory: string, digest: string): string {
  return join(directory, `archive-${digest}.json`);
}
