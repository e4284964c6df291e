import type { EngineReader } from '../../engine/engine.ts';
import { canonicalReference } from '../../image-reference.ts';
import type { ObservedImage, ObservedState } from '../../model/observed-state.ts';
import type { LoadedProject } from '../../project/load-project.ts';
import { outsideParents } from '../../project/resolve/images/parents.ts';

/**
 * Adds what the list of images does not tell: images named by digest, and the ports that images of `image` entries
 * expose. Asks only about images that the project names.
 */
export async function withRegistryImages(
  engine: Pick<EngineReader, 'findImage'>,
  observed: ObservedState,
  project: LoadedProject,
): Promise<ObservedState> {
  const listed = new Set(observed.images.flatMap(({ references }) => references.map(canonicalReference)));
  const exposing = project.conf.entries.flatMap(({ values: { image, ports, platform } }) =>
    image === undefined || (ports !== undefined && platform === undefined && listed.has(canonicalReference(image)))
      ? []
      : [image],
  );
  const parents = [...project.services.values()].flatMap((service) => outsideParents(service, project));
  const named = [
    ...new Set([...exposing, ...parents.filter((reference) => !listed.has(canonicalReference(reference)))]),
  ];
  if (named.length === 0) return observed;
  const found = await Promise.all(named.map(async (reference) => lookAt(engine, reference)));
  return { ...observed, images: [...found.flatMap((image) => image ?? []), ...observed.images] };
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
