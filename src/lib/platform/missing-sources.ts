import { statSync } from 'node:fs';
import type { HostFacts } from '../project/host-facts.ts';
import type { InstanceSpec } from '../project/project.ts';

/** The engine makes no directory for a path that run.conf mounts; on this machine it can be told before anything is changed. */
export function withMissingSources(facts: HostFacts, instances: readonly Pick<InstanceSpec, 'mounts'>[]): HostFacts {
  if (!facts.local) return facts;
  const sources = instances.flatMap(({ mounts }) => mounts.flatMap((mount) => (mount.kind === 'bind' ? [mount.source] : [])));
  const missingSources = [...new Set(sources)].filter(isMissing).sort();
  return missingSources.length === 0 ? facts : { ...facts, missingSources };
}

/** What may not be looked at is there: the engine may do more than we. */
function isMissing(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined;
  } catch {
    return false;
  }
}
