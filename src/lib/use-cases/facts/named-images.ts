import type { EngineReader } from '../../engine/engine.ts';
import { canonicalReference } from '../../image-reference.ts';
import { Limiter } from '../../limiter.ts';
import type { ObservedImage } from '../../model/observed-state.ts';
import type { LoadedProject } from '../../project/load-project.ts';

/** Requests at once; the engine answers more of them no faster. */
const maxRequests = 8;

/**
 * Asks the engine for images by name, for each name once. The engine takes longer for its list of images the more it
 * has, whatever the filter; the images that a project names are found in a time that depends on the project alone.
 */
export class NamedImages {
  readonly #engine: Pick<EngineReader, 'findImage'>;
  readonly #turns = new Limiter(maxRequests);
  readonly #answers = new Map<string, Promise<ObservedImage | undefined>>();

  constructor(engine: Pick<EngineReader, 'findImage'>) {
    this.#engine = engine;
  }

  /** Sends the requests of names that `find` will probably be asked for; it rejects where these fail. */
  begin(references: readonly string[]): void {
    for (const reference of references) this.#find(reference).catch(() => undefined);
  }

  /** The images of these names that the engine has, each once. */
  async find(references: readonly string[]): Promise<readonly ObservedImage[]> {
    const answers = await Promise.all(references.map((reference) => this.#find(reference)));
    return mergeImages(answers.flatMap((image) => image ?? []));
  }

  #find(reference: string): Promise<ObservedImage | undefined> {
    const name = canonicalReference(reference);
    const answer = this.#answers.get(name) ?? this.#turns.run(0, () => lookAt(this.#engine, name));
    this.#answers.set(name, answer);
    return answer;
  }
}

/** What is known of an image from several answers becomes one: the first of them, with the names from all. */
export function mergeImages(images: readonly ObservedImage[]): readonly ObservedImage[] {
  const merged = new Map<string, ObservedImage>();
  for (const image of images) {
    const first = merged.get(image.id) ?? image;
    merged.set(image.id, { ...first, references: [...new Set([...first.references, ...image.references])] });
  }
  return [...merged.values()];
}

/** The images that a project names and does not make: those of its entries, and those that Dockerfiles begin with. */
export function outsideImages({ conf, services }: Pick<LoadedProject, 'conf' | 'services'>): readonly string[] {
  const ofEntries = conf.entries.flatMap(({ values: { image } }) => image ?? []);
  const ofServices = [...services.values()].flatMap((service) => {
    if (service.kind === 'image') return service.images;
    return service.kind === 'folder' ? service.dockerfile.parents.map(({ reference }) => reference) : [];
  });
  return [...new Set([...ofEntries, ...ofServices])].filter((reference) => reference !== '');
}

async function lookAt(engine: Pick<EngineReader, 'findImage'>, reference: string): Promise<ObservedImage | undefined> {
  const image = await engine.findImage(reference);
  if (image === undefined) return undefined;
  const { id, references, labels, created, exposedPorts, os, architecture } = image;
  return {
    id,
    references: [...new Set([reference, ...references])],
    labels,
    created,
    exposed: exposedPorts,
    platform: `${os}/${architecture}`,
  };
}
