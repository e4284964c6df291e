import type { MountSpec } from './desired.ts';

/** Directories of the host in which an instance keeps data. */
export function dataDirectories(mounts: readonly MountSpec[] = []): readonly string[] {
  return mounts.flatMap((mount) => (mount.kind === 'data' ? [mount.directory] : []));
}

/** Those that no other instance uses. */
export function ownDataDirectories(mounts: readonly MountSpec[] = []): readonly string[] {
  return dataDirectories(mounts.filter((mount) => mount.kind === 'data' && mount.shared !== true));
}

/** By a directory's permission bits: whether users other than its owner get to what is in it. */
export function isEnteredByOthers(mode: number): boolean {
  return (mode & 0o011) !== 0;
}
