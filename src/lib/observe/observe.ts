import type { ContainerRow, EngineReader, LabelFilter } from '../engine/engine.ts';
import type { EngineFacts, ObservedContainer, ObservedNetwork, ObservedState } from '../model/observed-state.ts';
import { withoutInherited } from './inherited-labels.ts';
import { parseOwnership } from './ownership.ts';

/** For what is resolved or planned without an engine. */
export const nothingObserved: ObservedState = {
  engine: { id: '', hostname: '', version: '', apiVersion: '', os: '', architecture: '', swarm: 'inactive' },
  containers: [],
  networks: [],
  volumes: [],
  images: [],
  swarmServices: [],
};

function withOwnership(row: ContainerRow): ObservedContainer {
  const ownership = parseOwnership(row.labels);
  return ownership === undefined ? row : { ...row, ownership };
}

/** The calls of the engine that a whole snapshot takes. */
type Lists = Pick<
  EngineReader,
  'facts' | 'listContainers' | 'listNetworks' | 'listVolumes' | 'listImages' | 'listSwarmServices' | 'findImage'
>;

/** Containers alone, by one list call unless somebody renamed or copied one: what `ps` needs. */
export async function observeContainers(
  engine: Pick<EngineReader, 'listContainers' | 'findImage'>,
  query: { readonly all: boolean; readonly labels?: LabelFilter },
): Promise<readonly ObservedContainer[]> {
  return (await withoutInherited(engine, await engine.listContainers(query))).map(withOwnership);
}

/** The engine's facts, for who may know them by its networks. */
export type FindFacts = (networks: readonly ObservedNetwork[]) => Promise<EngineFacts>;

/** The whole snapshot that planning needs, by list calls made at once. All containers: names and ports are the engine's, not a project's. */
export async function observe(engine: Lists, findFacts?: FindFacts): Promise<ObservedState> {
  const listing = engine.listNetworks();
  const [facts, containers, networks, volumes, images] = await Promise.all([
    findFacts === undefined ? engine.facts() : listing.then(findFacts),
    observeContainers(engine, { all: true }),
    listing,
    engine.listVolumes(),
    engine.listImages(),
  ]);
  const swarmServices = facts.swarm === 'manager' ? await engine.listSwarmServices() : [];
  return { engine: facts, containers, networks, volumes, images, swarmServices };
}
