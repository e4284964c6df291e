import { basename, dirname, join } from 'node:path';
import { dataDirectories } from '../../model/data-directories.ts';
import type { ObservedContainer } from '../../model/observed-state.ts';
import { directoriesIn, isOpenToOthers } from '../../observe/machine.ts';

/** More than a project can have instances. */
const maxDirectories = 2000;

/** Matches `<service>_<instance>`. */
const isOfInstance = /^[a-z0-9-]+_[a-z0-9-]+$/;

/** Parent directories of the data folders that containers mount. */
export function mountedDataDirectories(containers: readonly ObservedContainer[]): readonly string[] {
  return [...new Set(containers.flatMap(({ ownership }) => dataDirectories(ownership?.spec.mounts).map(dirname)))];
}

/**
 * Directories of persistent data that other users of this machine can enter: those of the data directory, and those
 * that containers mount. The data directory itself is one of them if it has a shared folder, to which every user may
 * write.
 */
export async function openFolders(
  dataDirectory: string,
  containers: readonly ObservedContainer[],
): Promise<readonly string[]> {
  const inside = (await directoriesIn(dataDirectory, maxDirectories)) ?? [];
  const now = [
    ...inside.filter((directory) => isOfInstance.test(basename(directory))),
    ...(inside.includes(join(dataDirectory, 'shared')) ? [dataDirectory] : []),
  ];
  const directories = [...new Set([...now, ...mountedDataDirectories(containers)])].sort();
  const open = await Promise.all(directories.map(isOpenToOthers));
  return directories.filter((_, index) => open[index] === true);
}
