import { basename } from 'node:path';
import type { EngineReader } from '../engine/engine.ts';
import { definedOnly } from '../defined.ts';
import { canonicalReference, repositoryOf } from '../image-reference.ts';
import { label } from '../labels.ts';
import type { Desired, ImageSpec } from '../model/desired.ts';
import { imageContent } from '../model/image-content.ts';
import type { Lock } from '../model/lock.ts';
import type { ObservedImage, ObservedState } from '../model/observed-state.ts';
import { loadLock } from '../project/conf/lock-file.ts';
import { mergeImages } from './facts/named-images.ts';
import type { ObservedProject } from './open-project.ts';
import type { ResolvedRun } from './resolve-run.ts';

type Engine = Pick<EngineReader, 'findImage' | 'listImages'>;

/** Pins the images of these instances to those of the lock, and finds on the engine what may be one of them. */
export async function pinToLock(
  { engine, project }: Pick<ObservedProject, 'engine' | 'project'>,
  resolved: ResolvedRun,
  isPinned: (instance: Desired['instances'][number]) => boolean,
): Promise<ResolvedRun> {
  const lock = loadLock({
    directory: project.place.directory,
    services: new Set(project.services.keys()),
    conf: basename(project.conf.file),
  });
  const { desired, observed } = resolved;
  // An image may also be the parent of others, and is then not known by its service.
  const services = new Map(
    desired.instances.filter(isPinned).map(({ image, service }) => [canonicalReference(image), service]),
  );
  const images = desired.images.map((image) => {
    const service = services.get(canonicalReference(image.reference));
    return service === undefined ? image : { ...image, service, pin: pinIn(lock, service) };
  });
  return {
    ...resolved,
    desired: { ...desired, images },
    observed: await withContents(engine, observed, images),
  };
}

function pinIn({ images }: Lock, service: string): NonNullable<ImageSpec['pin']> {
  const locked = Object.hasOwn(images, service) ? images[service] : undefined;
  if (locked === undefined) return {};
  const { content, platform, reference, inputHash } = locked;
  return definedOnly({ content, platform, reference, inputHash });
}

/** With all images of the engine, if one is pinned, and the content of each that may be the one of a pin. */
export async function withContents(
  engine: Engine,
  observed: ObservedState,
  images: readonly ImageSpec[],
): Promise<ObservedState> {
  const pinned = images.filter(({ pin }) => pin?.content !== undefined);
  if (pinned.length === 0) return observed;
  const all = mergeImages([...observed.images, ...(await engine.listImages())]);
  const candidates = all.filter((image) => pinned.some((spec) => mayBe(image, spec, observed)));
  const known = new Map(
    await Promise.all(candidates.map(async ({ id }) => [id, await contentOf(engine, id)] as const)),
  );
  const withContent = (image: ObservedImage): ObservedImage => ({
    ...image,
    ...definedOnly({ content: known.get(image.id) }),
  });
  return { ...observed, images: all.map(withContent) };
}

/** By a name of it, whatever the tag, by the label of what is built, or because the service runs from it. */
function mayBe(
  { id, references, labels }: ObservedImage,
  { reference, service }: ImageSpec,
  on: ObservedState,
): boolean {
  const name = repositoryOf(reference);
  return (
    labels[label.service] === service ||
    references.some((each) => repositoryOf(each) === name) ||
    on.containers.some(({ imageId, ownership }) => imageId === id && ownership?.service === service)
  );
}

export async function contentOf(
  engine: Pick<EngineReader, 'findImage'>,
  idOrName: string,
): Promise<string | undefined> {
  const detail = await engine.findImage(idOrName);
  return detail && imageContent(detail);
}
