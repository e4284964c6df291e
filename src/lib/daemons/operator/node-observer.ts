import type { EngineReader } from '../../engine/engine.ts';
import { canonicalReference } from '../../image-reference.ts';
import { observe } from '../../observe/observe.ts';
import { withSecrets } from '../../observe/secrets.ts';
import type { ObservedImage, ObservedState } from '../../model/observed-state.ts';
import type { InstanceSpec } from '../../model/desired.ts';
import type { DesiredService } from './desired-state.ts';

/** The observed state of the engine, with the ports that images expose. */
export interface NodeView {
  readonly observed: ObservedState;
  /** `80/tcp`, by reference; undefined for an image that the engine does not have. */
  readonly exposed: (reference: string) => readonly string[] | undefined;
}

type Reader = Pick<
  EngineReader,
  | 'facts'
  | 'listContainers'
  | 'listNetworks'
  | 'listVolumes'
  | 'listImages'
  | 'listSwarmServices'
  | 'findImage'
  | 'inspectContainer'
  | 'readArchive'
>;

/** Observes the engine of a node. Facts of images and containers that never change are read once and remembered. */
export class NodeObserver {
  readonly #exposed = new Map<string, readonly string[]>();
  readonly #environments = new Map<string, readonly string[]>();

  async observe(engine: Reader, services: readonly DesiredService[]): Promise<NodeView> {
    const listed = await observe(engine);
    const images = await withUnlisted(engine, listed.images, services);
    const ids = new Map(
      images.flatMap(({ id, references }) => references.map((reference) => [canonicalReference(reference), id])),
    );
    const idOf = (reference: string): string | undefined => ids.get(canonicalReference(reference));
    keepOnly(this.#exposed, images);
    await this.#readExposed(
      engine,
      services.flatMap(({ definition: { image, ports } }) => (ports === undefined ? (idOf(image) ?? []) : [])),
    );
    return { observed: { ...listed, images }, exposed: (reference) => this.#exposed.get(idOf(reference) ?? '') };
  }

  /** Adds the secrets of containers, which no label has: those containers are inspected. */
  async withSecrets(
    engine: Reader,
    observed: ObservedState,
    instances: readonly InstanceSpec[],
  ): Promise<ObservedState> {
    keepOnly(this.#environments, observed.containers);
    const reader = {
      readArchive: engine.readArchive.bind(engine),
      inspectContainer: async (id: string) => ({ environment: await this.#environmentOf(engine, id) }),
    };
    return { ...observed, containers: await withSecrets(reader, observed.containers, instances) };
  }

  async #readExposed(engine: Reader, images: readonly string[]): Promise<void> {
    for (const id of new Set(images))
      if (!this.#exposed.has(id)) this.#exposed.set(id, (await engine.findImage(id))?.exposedPorts ?? []);
  }

  async #environmentOf(engine: Reader, id: string): Promise<readonly string[]> {
    const environment = this.#environments.get(id) ?? (await engine.inspectContainer(id)).environment;
    this.#environments.set(id, environment);
    return environment;
  }
}

/** Lists of images have no digests, and an id has short forms: an image that is desired so is asked for. */
async function withUnlisted(
  engine: Reader,
  listed: readonly ObservedImage[],
  services: readonly DesiredService[],
): Promise<readonly ObservedImage[]> {
  const references = services.map(({ definition }) => definition.image).filter(isUnlisted);
  const found = await Promise.all(
    [...new Set(references)].map(async (reference) => ({ reference, id: (await engine.findImage(reference))?.id })),
  );
  return listed.map((image) => ({
    ...image,
    references: [...image.references, ...found.filter(({ id }) => id === image.id).map(({ reference }) => reference)],
  }));
}

/** `redis@sha256:…`, or an id, whole or short, with or without `sha256:`. */
function isUnlisted(image: string): boolean {
  return image.includes('@') || /^(?:sha256:)?[\da-f]{12,64}$/.test(image);
}

function keepOnly(known: Map<string, unknown>, present: readonly { readonly id: string }[]): void {
  const ids = new Set(present.map(({ id }) => id));
  for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
}
