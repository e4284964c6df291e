import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ownDataDirectories } from '../../model/data-directories.ts';
import type { HostFacts } from '../../model/host-facts.ts';
import type { InstanceSpec } from '../../model/desired.ts';

/**
 * Adds the folders that later versions of DockerOps filled for these instances, `<service>-<instance>/data`, where
 * `<service>_<instance>/data` is to be used and does not exist.
 */
export function withFormerData(
  facts: HostFacts,
  instances: readonly Pick<InstanceSpec, 'key' | 'mounts'>[],
): HostFacts {
  if (!facts.local) return facts;
  const found = instances.flatMap(({ key, mounts }) =>
    ownDataDirectories(mounts)
      .map((folder) => [folder, join(dirname(dirname(folder)), key, basename(folder))] as const)
      .filter(([folder, former]) => existsSync(former) && !existsSync(folder)),
  );
  return found.length === 0 ? facts : { ...facts, formerData: Object.fromEntries(found) };
}
