import { existsSync, statSync } from 'node:fs';
import type { HostFacts } from '../../model/host-facts.ts';
import type { InstanceSpec } from '../../model/desired.ts';

/**
 * The engine makes no directory for a path that run.conf mounts; on this machine it can be told before anything is
 * changed. A command that runs in a container may share the host's name with the engine, but of its files it sees what
 * is mounted: the project.
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

/** By the marks of Docker and of podman. */
function isInContainer(): boolean {
  return existsSync('/.dockerenv') || existsSync('/run/.containerenv');
}

/** What may not be looked at is there: the engine may do more than we. */
function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}
