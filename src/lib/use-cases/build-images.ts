import { cutAt } from '../cut-text.ts';
import { UserError } from '../errors.ts';
import { baseImageSet, withoutLarge } from '../build/base-images/base-image-set.ts';
import { isOsId, osIds, type OsId } from '../build/base-images/os-table.ts';
import { observe } from '../observe/observe.ts';
import { planImagesOnly } from '../plan/images/images-only.ts';
import { resolveImages, type RegistryImage } from '../project/resolve/images/image-specs.ts';
import { serviceImage } from '../project/resolve/images/own-images.ts';
import { definedOnly } from '../defined.ts';
import type { ImageSpec } from '../model/desired.ts';
import type { LockedSuite } from '../model/lock.ts';
import type { ObservedState } from '../model/observed-state.ts';
import type { Plan } from '../plan/plan.ts';
import { unknownService, type Service } from '../project/services.ts';
import { planAndApply, type ChangeContext, type ChangeResult, type Preview } from './apply-plan.ts';
import { beginToRead, hashedImages } from './facts/hashed-images.ts';
import { baseHashes } from './facts/image-sources.ts';
import type { OpenEngine } from './open-engine.ts';
import type { OpenProject } from './open-project.ts';
import { NamedImages, outsideImages } from './facts/named-images.ts';

export interface BuildRequest {
  /** Name of a service, or `all`. */
  readonly target: string;
  readonly cache: boolean;
  readonly platform?: string;
}

export async function buildImages(
  opened: OpenProject,
  request: BuildRequest,
  context: ChangeContext,
): Promise<ChangeResult> {
  const services = servicesToBuild(opened, request.target);
  const requested = services.map((service) => serviceImage(opened.owner.name, service));
  const options = { requested, cache: request.cache, only: 'stale' } as const;
  const preview = previewImages(opened, { ...request, services }, (images, observed) =>
    planImagesOnly(opened.owner, images, observed, options),
  );
  return planAndApply(preview, opened.tools, context);
}

interface ImagesRequest {
  readonly services: readonly Service[];
  readonly registryImages?: readonly RegistryImage[];
  readonly platform?: string;
}

/** Observes and hashes images, then plans. */
export function previewImages(
  opened: OpenProject,
  { services, registryImages = [], platform }: ImagesRequest,
  plan: (images: readonly ImageSpec[], observed: ObservedState) => Plan,
): () => Promise<Preview> {
  const { images, problems } = resolveImages(services, registryImages, opened.project);
  if (problems.length > 0) throw new UserError('nothing was built', { code: 'INVALID_SERVICES', problems });
  return async () => {
    const observing = opened.observe();
    const folders = beginToRead(
      opened,
      services.map(({ name }) => name),
    );
    const named = new NamedImages(opened.engine);
    const names = [...outsideImages(opened.project), ...images.flatMap(namesOf)];
    named.begin(names);
    const observed = { ...(await observing), images: await named.find(names) };
    const onPlatform = images.map((image) => withPlatform(image, platform));
    return { observed, plan: plan(await hashedImages(onPlatform, observed, opened, folders), observed) };
  };
}

function namesOf({ reference, parents }: ImageSpec): readonly string[] {
  return [reference, ...parents];
}

export function servicesToBuild({ project }: OpenProject, target: string): readonly Service[] {
  const { services, place } = project;
  if (target === 'all')
    return [...services.values()].filter(
      ({ kind, name }) => kind === 'folder' || (kind === 'base' && isUsed(name, project)),
    );
  const service = services.get(target);
  if (service === undefined) throw unknownService(target, services, place.servicesDirectory);
  if (service.kind === 'image')
    throw new UserError(`service ${target} runs a registry image; there is nothing to build`, {
      code: 'NOTHING_TO_BUILD',
    });
  return [service];
}

/** Base services in run.conf, such as the DNS, belong to the project. */
function isUsed(name: string, { conf }: OpenProject['project']): boolean {
  return conf.entries.some(({ values }) => values.service === name);
}

function withPlatform(image: ImageSpec, platform: string | undefined): ImageSpec {
  return platform === undefined || image.source.kind === 'base'
    ? image
    : { ...image, source: { ...image.source, platform } };
}

export interface BaseImagesRequest {
  readonly cache: boolean;
  /** Make them in any case, from this state of the package archive. */
  readonly archive?: readonly LockedSuite[];
}

/** Makes the base images of an operating system, without the large one, which is made for those who use it. */
export async function makeBaseImages(
  opened: OpenEngine,
  os: string,
  { cache, archive }: BaseImagesRequest,
  context: ChangeContext,
): Promise<ChangeResult> {
  if (!isOsId(os))
    throw new UserError(`there are no base images for ${os}`, {
      code: 'UNKNOWN_OS',
      suggestions: [`choose one of: ${osIds.join(', ')}`],
    });
  const preview = async (): Promise<Preview> => {
    const observed = await observe(opened.engine);
    const set = await baseImageSet(os, opened.baseImagesDirectory, observed.engine.architecture);
    const images = Object.entries(baseHashes(withoutLarge(set))).map(([reference, inputHash]) =>
      baseImage(reference, os, inputHash),
    );
    const requested = images.map(({ reference }) => reference);
    const options = {
      requested,
      cache: cache && archive === undefined,
      only: 'stale',
      ...definedOnly({ archive }),
    } as const;
    return { observed, plan: planImagesOnly(opened.owner, images, observed, options) };
  };
  return planAndApply(preview, opened.tools, context);
}

function baseImage(reference: string, os: OsId, inputHash: string): ImageSpec {
  return { reference, service: serviceOf(reference), source: { kind: 'base', os }, inputHash, parents: [] };
}

function serviceOf(reference: string): string {
  return cutAt(reference.replace(/^dockerops\//, ''), ':');
}
