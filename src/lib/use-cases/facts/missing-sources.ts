import { existsSync, statSync } from 'node:fs';
import type { HostFacts } from '../../model/host-facts.ts';
import type { InstanceSpec } from '../../model/desired.ts';

/**
 * Adds the host paths mounted by run.conf that do not exist, since the engine does not create them. A dockerops that
 * runs in a container may have the host name of the engine, but sees only the files of the project.
 */
export function withMissingSources(
  facts: HostFacts,
  instances: readonly Pick<InstanceSpec, 'mounts'>[],
  project: string,
  inContainer = isInContainer,
): HostFacts {
  if (!facts.local) return facts;
  const sources = new Set(
    instances.flatMap(({ mounts }) => mounts.flatMap((mount) => (mount.kind === 'bind' ? [mount.source] : []))),
  );
  if (sources.size === 0) return facts;
  const isSeen = inContainer() ? (source: string) => source.startsWith(`${project}/`) : () => true;
  const missingSources = [...sources].filter((source) => isSeen(source) && isMissing(source)).sort();
  return missingSources.length === 0 ? facts : { ...facts, missingSources };
}

/** By the files that Docker and podman create in a container. */
function isInContainer(): boolean {
  return existsSync('/.dockerenv') || existsSync('/run/.containerenv');
}

/** A path that may not be read counts as existing: the engine may be able to read it. */
function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}
