import { dirname, join } from 'node:path';
import { staging } from '../../apply/data/data-directory.ts';
import { directoriesIn, isThere } from '../../observe/machine.ts';
import { ownDataDirectories } from '../../model/data-directories.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';

/** More than a project can have instances. */
const maxDirectories = 2000;

/**
 * What restores that were killed have left beside data: where a run puts it now, and where containers have it.
 * Undefined where not all of it can be seen by who asks. For an engine of this machine.
 */
export async function leftRestores(
  dataDirectory: string,
  containers: readonly ObservedContainer[],
): Promise<readonly string[] | undefined> {
  const now = await directoriesIn(dataDirectory, maxDirectories);
  const mounted = containers.flatMap(({ ownership }) => ownDataDirectories(ownership?.spec.mounts).map(dirname));
  const places = [...new Set([...(now ?? []), ...mounted])].sort().map((directory) => join(directory, staging));
  const seen = await Promise.all(places.map(isThere));
  const left = places.filter((_, index) => seen[index] === true);
  return left.length === 0 && (now === undefined || seen.includes(undefined)) ? undefined : left;
}
