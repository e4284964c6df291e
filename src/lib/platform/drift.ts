import { DockeropsError } from '../errors.ts';
import { label } from '../labels.ts';
import { gatherHostFacts } from '../observe/host-facts.ts';
import type { ObservedContainer, ObservedState } from '../observe/observed-state.ts';
import { linkDifferences } from '../plan/decide.ts';
import { specDifferences } from '../plan/differences.ts';
import { networkName } from '../project/find-project.ts';
import { resolveProject, type Resolution } from '../project/resolve.ts';
import type { SeenPlatform } from './open-platform.ts';

/**
 * For each container of the project, the fields in which it differs from what its files say now; by container name, none where all is
 * as wanted. Asks the engine nothing: it knows the containers only, so whether an image was built anew is for `plan` to say.
 */
export async function findDrift(platform: SeenPlatform, containers: readonly ObservedContainer[]): Promise<ReadonlyMap<string, readonly string[]>> {
  const resolution = await resolve(platform, containers);
  if (resolution === undefined) return new Map();
  const wanted = new Map(resolution.desired.instances.map((spec) => [spec.container, spec]));
  const network = networkName(platform.owner.name);
  return new Map(containers.flatMap((container) => {
    const { name, ownership } = container;
    const spec = wanted.get(name);
    if (ownership === undefined) return [];
    const fields = spec === undefined ? unknownTo(platform, ownership) : [...specDifferences(ownership, spec), ...linkDifferences(container, containers, network)].map(({ field }) => field);
    return fields.length === 0 ? [] : [[name, fields] as const];
  }));
}

/** Instances made by hand of a service that is there are nobody's mistake. */
function unknownTo({ project }: SeenPlatform, { service }: { readonly service: string }): readonly string[] {
  return project.services.has(service) ? [] : ['its service is gone'];
}

/** Nothing to compare with while the project cannot be resolved; `plan` and `run` say what is wrong. */
async function resolve({ project, owner, client, environment, keys, engine }: SeenPlatform, containers: readonly ObservedContainer[]): Promise<Resolution | undefined> {
  const facts = await gatherHostFacts(engine.address, { hostname: client.hostname }, client);
  try {
    const resolution = resolveProject({
      project, facts, environment, observed: seenInContainers(containers), machine: owner.machine, existingKeys: keys.existing(), newName: '', request: { target: 'all', switches: {} },
    });
    return resolution.problems.length > 0 || resolution.missing.length > 0 || resolution.lacksInterfaces ? undefined : resolution;
  } catch (error) {
    if (error instanceof DockeropsError) return undefined;
    throw error;
  }
}

/** A container has the labels of its image, which tell what it is built on. */
function seenInContainers(containers: readonly ObservedContainer[]): ObservedState {
  const images = containers.map(({ imageId, labels, created }) => ({ id: imageId, references: [labels[label.image] ?? ''], labels, created }));
  const engine = { id: '', hostname: '', version: '', apiVersion: '', os: '', architecture: '', swarm: 'inactive' } as const;
  return { engine, containers, images, networks: [], volumes: [], swarmServices: [] };
}
