import { dirname, join } from 'node:path';
import { staging } from '../../apply/data/data-directory.ts';
import { directoriesIn, isThere } from '../../observe/machine.ts';
import { ownDataDirectories } from '../../model/data-directories.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';

/** More than a project can have instances. */
const maxDirectories = 2000;

/**
 * Directories that killed restores have left in the data directory, and beside the data that containers mount.
 * Undefined if there are none, but not all places are readable. Only for an engine on this machine.
 */
export async function leftRestores(
  dataDirectory: string,
  containers: readonly ObservedContainer[],
): Promise<readonly string[] | undefined> {
  const inside = await directoriesIn(dataDirectory, maxDirectories);
  const mounted = containers.flatMap(({ ownership }) => ownDataDirectories(ownership?.spec.mounts).map(dirname));
  const places = [...new Set([...(inside ?? []), ...mounted])].sort().map((directory) => join(directory, staging));
  const found = await Promise.all(places.map(isThere));
  const left = places.filter((_, index) => found[index] === true);
  return left.length === 0 && (inside === undefined || found.includes(undefined)) ? undefined : left;
}
