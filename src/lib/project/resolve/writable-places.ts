import type { MountSpec } from '../../model/desired.ts';

/** Where the base image writes at each start, and where dockerops puts keys. */
const places: readonly string[] = ['/entrypoints', '/etc/dockerops', '/etc/ssh', '/home/dockerops', '/run', '/var/log'];
const temporary: readonly string[] = ['/tmp', '/var/tmp'];

/**
 * A base image on a read-only root: volumes of the container's own, with what the image has there, for all that has to be written.
 * What run.conf mounts itself stays as it says.
 */
export function writablePlaces(
  mounts: readonly MountSpec[],
  tmpfs: readonly string[],
): { readonly mounts: readonly MountSpec[]; readonly tmpfs: readonly string[] } {
  const taken = new Set([...mounts.map(({ target }) => target), ...tmpfs.map((text) => text.split(':')[0])]);
  return {
    mounts: places.filter((target) => !taken.has(target)).map((target) => ({ kind: 'scratch', target })),
    tmpfs: temporary.filter((target) => !taken.has(target)),
  };
}
