import { existsSync, readdirSync } from 'node:fs';
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

/**
 * Adds the folders of services that are gone, `<service>_<instance>/data`, for instances of other services with that
 * name which have no folder yet: the service may have been renamed. `services`: names of those that there are.
 */
export function withAbandonedData(
  facts: HostFacts,
  instances: readonly Pick<InstanceSpec, 'instance' | 'mounts'>[],
  services: ReadonlySet<string>,
): HostFacts {
  if (!facts.local) return facts;
  const found = instances.flatMap(({ instance, mounts }) =>
    ownDataDirectories(mounts)
      .filter((folder) => !existsSync(folder))
      .map((folder) => [folder, abandonedFolders(folder, instance, services)] as const)
      .filter(([, folders]) => folders.length > 0),
  );
  return found.length === 0 ? facts : { ...facts, abandonedData: Object.fromEntries(found) };
}

function abandonedFolders(folder: string, instance: string, services: ReadonlySet<string>): readonly string[] {
  const directory = dirname(dirname(folder));
  return entriesOf(directory)
    .filter((name) => name.endsWith(`_${instance}`) && !services.has(name.slice(0, -instance.length - 1)))
    .map((name) => join(directory, name, basename(folder)))
    .filter((path) => entriesOf(path).length > 0)
    .sort();
}

function entriesOf(directory: string): readonly string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}
