import type { ContainerRow, EngineReader, LabelFilter } from '../engine/engine.ts';
import type {
  EngineFacts,
  ObservedContainer,
  ObservedNetwork,
  ObservedState,
  Ownership,
} from '../model/observed-state.ts';
import { withoutInherited } from './inherited-labels.ts';
import { parseOwnership } from './ownership.ts';

/** For resolving and planning without an engine. */
export const nothingObserved: ObservedState = {
  engine: { id: '', hostname: '', version: '', apiVersion: '', os: '', architecture: '', swarm: 'inactive' },
  containers: [],
  networks: [],
  volumes: [],
  images: [],
  swarmServices: [],
};

function withOwnership<Row extends Pick<ContainerRow, 'labels'>>(row: Row): Row & { readonly ownership?: Ownership } {
  const ownership = parseOwnership(row.labels);
  return ownership === undefined ? row : { ...row, ownership };
}

/** The calls for a snapshot. */
type Lists = Pick<
  EngineReader,
  'facts' | 'listContainers' | 'listNetworks' | 'listVolumes' | 'listImages' | 'listSwarmServices' | 'findImage'
>;

/** Only the containers, for `ps`: one list call, and an inspection of the image of each that was renamed or copied. */
export async function observeContainers(
  engine: Pick<EngineReader, 'listContainers' | 'findImage'>,
  query: { readonly all: boolean; readonly labels?: LabelFilter },
): Promise<readonly ObservedContainer[]> {
  return (await withoutInherited(engine, await engine.listContainers(query))).map((row) => withOwnership(row));
}

/** Finds the engine's facts, perhaps without asking it: its networks show whether it is the same engine as before. */
export type FindFacts = (networks: readonly ObservedNetwork[]) => Promise<EngineFacts>;

/**
 * The snapshot that planning needs, by concurrent list calls. It has all containers, not only those of a project,
 * because names and ports are unique on the engine.
 */
export async function observe(engine: Lists, findFacts?: FindFacts): Promise<ObservedState> {
  const [state, images] = await Promise.all([observeWithoutImages(engine, findFacts), engine.listImages()]);
  return { ...state, images };
}

/** The snapshot with no images, for a command that asks for those by name or needs none. */
export async function observeWithoutImages(
  engine: Omit<Lists, 'listImages'>,
  findFacts?: FindFacts,
): Promise<ObservedState> {
  const listing = engine.listNetworks();
  const [facts, containers, networks, volumes] = await Promise.all([
    findFacts === undefined ? engine.facts() : listing.then(findFacts),
    observeContainers(engine, { all: true }),
    listing,
    engine.listVolumes(),
  ]);
  const swarmServices =
    facts.swarm === 'manager' ? (await engine.listSwarmServices()).map((row) => withOwnership(row)) : [];
  return { engine: facts, containers, networks, volumes, images: [], swarmServices };
}
