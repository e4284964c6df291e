import { basename } from 'node:path';
import type { EngineReader } from '../../engine/engine.ts';
import { findNearest } from '../../did-you-mean.ts';
import { EngineError, UserError } from '../../errors.ts';
import { imageContent, shortContent } from '../../model/image-content.ts';
import type { LockedImage } from '../../model/lock.ts';
import { tagOfHash } from '../../plan/images/image-labels.ts';
import type { ImageToShip } from '../../plan/ship/plan-ship.ts';
import { hasLock, loadLock } from '../../project/conf/lock-file.ts';
import { projectImages } from '../lock-images.ts';
import type { OpenProject } from '../open-project.ts';
import { contentOf } from '../pin-images.ts';

export interface ShippedServices {
  /** Absent: those with an entry in the conf. */
  readonly services?: readonly string[];
  /** Also those without an entry. */
  readonly all: boolean;
  /** The images of the lock; absent: if there is one. */
  readonly locked?: boolean;
}

/** The images of services as they are to be on other hosts. Throws when one is not here, or not that of the lock. */
export async function imagesToShip(opened: OpenProject, request: ShippedServices): Promise<readonly ImageToShip[]> {
  const { place } = opened.project;
  const isLocked = request.locked ?? hasLock(place);
  const references = isLocked ? await lockedReferences(opened) : new Map(Object.entries(projectImages(opened).images));
  const images: ImageToShip[] = [];
  for (const service of chosenServices(opened, request, [...references.keys()])) {
    const reference = references.get(service) ?? '';
    // Two services may have one image.
    if (!images.some((image) => image.reference === reference))
      images.push(await imageToShip(opened.engine, service, reference));
  }
  return images;
}

function chosenServices(
  { project: { conf } }: OpenProject,
  { services, all }: ShippedServices,
  known: readonly string[],
): readonly string[] {
  for (const service of services ?? []) if (!known.includes(service)) throw unknownService(service, known);
  if (services !== undefined) return services;
  const used = new Set(conf.entries.map(({ values }) => values.service));
  return known.filter((service) => all || used.has(service));
}

function unknownService(service: string, known: readonly string[]): UserError {
  const nearest = findNearest(service, known);
  return new UserError(`there is no service "${service}" with an image to send`, {
    code: 'UNKNOWN_SERVICE',
    suggestions: [nearest === undefined ? `services are ${known.join(', ')}` : `did you mean "${nearest}"?`],
  });
}

/** By service, the name under which the engine has the image of the lock: it may have been built again since. */
async function lockedReferences({ engine, project }: OpenProject): Promise<ReadonlyMap<string, string>> {
  const { images } = loadLock({
    directory: project.place.directory,
    services: new Set(project.services.keys()),
    conf: basename(project.conf.file),
  });
  const found = await Promise.all(
    Object.entries(images).map(
      async ([service, image]) => [service, await referenceOf(engine, service, image)] as const,
    ),
  );
  return new Map(found);
}

async function referenceOf(
  engine: Pick<EngineReader, 'findImage'>,
  service: string,
  { reference, content, inputHash }: LockedImage,
): Promise<string> {
  const built = inputHash === undefined ? [] : [tagOfHash(reference, inputHash)];
  for (const name of [reference, ...built]) if ((await contentOf(engine, name)) === content) return name;
  throw new UserError(`the image of service ${service} in dockerops.lock (${shortContent(content)}) is not here`, {
    code: 'NO_IMAGE',
    suggestions: [
      'test what is here, and write the lock again: dockerops build all --lock',
      'or send what is here: --no-locked',
    ],
  });
}

async function imageToShip(
  engine: Pick<EngineReader, 'findImage'>,
  service: string,
  reference: string,
): Promise<ImageToShip> {
  const found = await engine.findImage(reference);
  if (found === undefined) throw notHere(service, reference);
  const content = imageContent(found);
  if (content === undefined)
    throw new EngineError(`the engine does not tell of what layers image ${reference} is`, { code: 'NO_CONTENT' });
  return { reference, content, platform: `${found.os}/${found.architecture}`, layers: found.layers };
}

function notHere(service: string, reference: string): UserError {
  return new UserError(`service ${service} has no image ${reference} here`, {
    code: 'NO_IMAGE',
    suggestions: [`make it: dockerops build:${service}`],
  });
}
