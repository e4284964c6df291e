import type { MountSpec } from '../../../model/desired.ts';
import type { InstanceContext } from '../context.ts';

/** Where the base image writes at each start, and where dockerops puts keys. */
const places: readonly string[] = ['/entrypoints', '/etc/dockerops', '/etc/ssh', '/home/dockerops', '/run', '/var/log'];
const temporary: readonly string[] = ['/tmp', '/var/tmp'];

interface WritablePlaces {
  readonly mounts: readonly MountSpec[];
  readonly tmpfs: readonly string[];
}

/**
 * For an instance on the base image whose root is read-only: where something has to be written, a volume of the
 * container that begins with what the image has there. Directories that are mounted or in memory already are left out.
 */
export function writablePlaces(mounts: readonly MountSpec[], { entry, image }: InstanceContext): WritablePlaces {
  if (entry?.values.read_only !== true || image.base === undefined) return { mounts: [], tmpfs: [] };
  const inMemory = [entry.values.tmpfs ?? []].flat().map((text) => text.split(':')[0]);
  const taken = new Set([...mounts.map(({ target }) => target), ...inMemory]);
  return {
    mounts: places.filter((target) => !taken.has(target)).map((target) => ({ kind: 'scratch', target })),
    tmpfs: temporary.filter((target) => !taken.has(target)),
  };
}
