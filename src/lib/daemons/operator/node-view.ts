import type { EngineReader } from '../../engine/engine.ts';
import { canonicalReference } from '../../image-reference.ts';
import { observe } from '../../observe/observe.ts';
import { withSecrets } from '../../observe/secrets.ts';
import type { ObservedImage, ObservedState } from '../../model/observed-state.ts';
import type { InstanceSpec } from '../../model/desired.ts';
import type { DesiredService } from './desired-state.ts';

export interface NodeView {
  readonly observed: ObservedState;
  /** Of images by reference, where the engine has them. */
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

/** What is seen of the engine, with the facts that only a closer look gives. These never change, so each is asked for once. */
export class NodeViewer {
  readonly #exposed = new Map<string, readonly string[]>();
  readonly #environments = new Map<string, readonly string[]>();

  async look(engine: Reader, services: readonly DesiredService[]): Promise<NodeView> {
    const listed = await observe(engine);
    const images = await this.#withDigests(engine, listed.images, services);
    const byReference = new Map(
      images.flatMap((image) => image.references.map((reference) => [canonicalReference(reference), image.id])),
    );
    const asked = new Set(
      services.flatMap(({ definition }) =>
        definition.ports === undefined ? [byReference.get(canonicalReference(definition.image))] : [],
      ),
    );
    for (const id of asked)
      if (id !== undefined && !this.#exposed.has(id))
        this.#exposed.set(id, (await engine.findImage(id))?.exposedPorts ?? []);
    forget(this.#exposed, new Set(images.map(({ id }) => id)));
    const exposed = (reference: string): readonly string[] | undefined =>
      this.#exposed.get(byReference.get(canonicalReference(reference)) ?? '');
    return { observed: { ...listed, images }, exposed };
  }

  /** Secrets are in no label: containers that have some are looked into. */
  async withSecrets(
    engine: Reader,
    observed: ObservedState,
    instances: readonly InstanceSpec[],
  ): Promise<ObservedState> {
    forget(this.#environments, new Set(observed.containers.map(({ id }) => id)));
    const reader = {
      readArchive: engine.readArchive.bind(engine),
      inspectContainer: async (id: string) => ({ environment: await this.#environmentOf(engine, id) }),
    };
    return { ...observed, containers: await withSecrets(reader, observed.containers, instances) };
  }

  async #environmentOf(engine: Reader, id: string): Promise<readonly string[]> {
    const environment = this.#environments.get(id) ?? (await engine.inspectContainer(id)).environment;
    this.#environments.set(id, environment);
    return environment;
  }

  /** Lists name no digests, so an image that is wanted by one is asked for. */
  async #withDigests(
    engine: Reader,
    listed: readonly ObservedImage[],
    services: readonly DesiredService[],
  ): Promise<readonly ObservedImage[]> {
    const wanted = new Set(
      services.map(({ definition }) => definition.image).filter((reference) => reference.includes('@')),
    );
    const found = await Promise.all(
      [...wanted].map(async (reference) => ({ reference, id: (await engine.findImage(reference))?.id })),
    );
    return listed.map((image) => ({
      ...image,
      references: [...image.references, ...found.filter(({ id }) => id === image.id).map(({ reference }) => reference)],
    }));
  }
}

function forget(known: Map<string, unknown>, living: ReadonlySet<string>): void {
  for (const id of known.keys()) if (!living.has(id)) known.delete(id);
}
