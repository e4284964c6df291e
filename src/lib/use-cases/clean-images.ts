import { basename } from 'node:path';
import type { ObservedImage } from '../model/observed-state.ts';
import { oldImages, planCleanImages } from '../plan/images/plan-clean-images.ts';
import { hasLock, loadLock } from '../project/conf/lock-file.ts';
import { planAndApply, type ChangeContext, type ChangeResult, type Preview } from './apply-plan.ts';
import type { ObservedProject, OpenProject } from './open-project.ts';
import { contentOf } from './pin-images.ts';

export const usualKeptImages = 3;

export interface CleanImagesRequest {
  readonly service?: string;
  readonly keep: number;
}

/** What would be removed, without doing it. */
export async function previewCleanImages(opened: ObservedProject, request: CleanImagesRequest): Promise<Preview> {
  const { owner, engine } = opened;
  const [state, images] = await Promise.all([opened.observe(), engine.listImages()]);
  const observed = { ...state, images };
  const old = await Promise.all(
    oldImages(owner, observed, request).map(async (image): Promise<ObservedImage> => {
      const content = await contentOf(engine, image.id);
      return content === undefined ? image : { ...image, content };
    }),
  );
  const locked = lockedContents(opened);
  return { observed, plan: planCleanImages(owner, old, observed, { ...request, locked }) };
}

export async function cleanImages(
  opened: OpenProject,
  request: CleanImagesRequest,
  context: ChangeContext,
): Promise<ChangeResult> {
  return planAndApply(() => previewCleanImages(opened, request), opened.tools, context);
}

function lockedContents({ project: { place, conf } }: ObservedProject): ReadonlySet<string> {
  if (!hasLock(place)) return new Set();
  const { images } = loadLock({ directory: place.directory, conf: basename(conf.file) });
  return new Set(Object.values(images).flatMap(({ content, base }) => [content, ...(base ? [base.content] : [])]));
}
