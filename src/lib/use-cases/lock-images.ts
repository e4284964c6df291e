import { existsSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { UserError, type Problem } from '../errors.ts';
import { lockPath } from '../project/conf/lock-file.ts';
import { planLock } from '../plan/images/plan-lock.ts';
import type { RegistryImage } from '../project/resolve/images/image-specs.ts';
import { serviceImage } from '../project/resolve/images/own-images.ts';
import type { Service } from '../project/services.ts';
import { planAndApply, type ChangeContext, type ChangeResult } from './apply-plan.ts';
import { previewImages, servicesToBuild } from './build-images.ts';
import type { OpenProject } from './open-project.ts';

export interface LockImagesRequest {
  /** Path of the lock, from the working directory; empty: that of the project. */
  readonly file: string;
  readonly cache: boolean;
  readonly platform?: string;
}

/** Builds what is out of date, and writes which images the project has then. */
export async function lockImages(
  opened: OpenProject,
  request: LockImagesRequest,
  context: ChangeContext,
): Promise<ChangeResult> {
  const { owner, project } = opened;
  const file = request.file === '' ? lockPath(project.place) : resolve(request.file);
  if (!existsSync(dirname(file)))
    throw new UserError(`--lock: there is no directory ${dirname(file)}`, {
      code: 'WRONG_USAGE',
      suggestions: [`without a file, the lock is written to ${lockPath(project.place)}`],
    });
  const { services, registryImages, images } = projectImages(opened);
  const options = { requested: Object.values(images), cache: request.cache, only: 'stale' } as const;
  const lock = { file, project: owner.name, conf: basename(project.conf.file), services: images };
  const preview = previewImages(opened, { ...request, services, registryImages }, (specs, observed) =>
    planLock(owner, specs, observed, options, lock),
  );
  return planAndApply(preview, opened.tools, context);
}

export interface ProjectImages {
  /** Those that are built or made. */
  readonly services: readonly Service[];
  readonly registryImages: readonly RegistryImage[];
  /** Reference by service. */
  readonly images: Readonly<Record<string, string>>;
}

/** The one image of each service. Throws where the conf names several of one. */
export function projectImages(opened: OpenProject): ProjectImages {
  const registryImages = imagesOfEntries(opened);
  const named = new Set(registryImages.map(({ service }) => service));
  const services = servicesToBuild(opened, 'all').filter(({ name }) => !named.has(name));
  const images = Object.fromEntries([
    ...services.map((service) => [service.name, serviceImage(opened.owner.name, service)] as const),
    ...registryImages.map(({ service, reference }) => [service, reference] as const),
  ]);
  return { services, registryImages, images };
}

/** The images that entries of the conf name. A lock has one image of each service. */
function imagesOfEntries({ project: { conf } }: OpenProject): readonly RegistryImage[] {
  const byService = Map.groupBy(conf.entries, ({ values }) => values.service);
  const problems: Problem[] = [];
  const images = [...byService].flatMap(([service, entries]): readonly RegistryImage[] => {
    const named = new Map(
      entries.map(({ values: { image, platform } }) => [`${image ?? 'its own'} ${platform ?? ''}`.trim(), image]),
    );
    const [reference] = named.values();
    if (named.size > 1 && [...named.values()].some((image) => image !== undefined))
      problems.push({ where: service, message: `its entries name several images: ${[...named.keys()].join(', ')}` });
    return reference === undefined ? [] : [{ service, reference, platform: entries[0]?.values.platform }];
  });
  if (problems.length > 0)
    throw new UserError('a lock has one image of each service', { code: 'SEVERAL_IMAGES', problems });
  return images;
}
