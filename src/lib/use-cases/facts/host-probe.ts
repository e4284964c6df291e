import { label } from '../../labels.ts';
import type { HostProbe } from '../../observe/host-probe.ts';
import { observe } from '../../observe/observe.ts';
import type { ObservedImage, ObservedState } from '../../model/observed-state.ts';
import { planImagesOnly } from '../../plan/images/images-only.ts';
import type { Desired } from '../../model/desired.ts';
import { planAndApply, type ChangeContext, type Preview } from '../apply-plan.ts';
import { hashedImages } from './hashed-images.ts';
import type { OpenProject } from '../open-project.ts';

export type ProbeHost = (observed: ObservedState, desired: Desired) => Promise<HostProbe>;

/**
 * Reads the network interfaces and routes of the engine's host, once in a command, with an image that the engine has.
 * If it has none, those of the run are made first.
 */
export function hostProber(opened: OpenProject, context: ChangeContext): ProbeHost {
  let probed: Promise<HostProbe> | undefined;
  return (observed, desired) => (probed ??= probe(opened, context, observed, desired));
}

async function probe(
  opened: OpenProject,
  context: ChangeContext,
  observed: ObservedState,
  desired: Desired,
): Promise<HostProbe> {
  const { engine, owner, tools } = opened;
  let images = usableImages(await observe(engine), desired);
  if (images.length === 0) {
    await makeImages(opened, context, desired);
    images = usableImages(await observe(engine), desired);
  }
  context.progress({ type: 'notice', text: `reading the network interfaces of host ${observed.engine.hostname}` });
  return tools.applier.probeHost(owner, images, context.signal);
}

const maxTried = 4;

/**
 * Images that may have the programs it takes: first one based on a base image, which has them for sure, then those of
 * the run.
 */
function usableImages({ images }: ObservedState, desired: Desired): readonly string[] {
  const ofRun = new Set(desired.instances.map(({ image }) => image));
  const named = (some: readonly ObservedImage[]): readonly string[] =>
    some.flatMap(({ references: [reference] }) => reference ?? []).sort();
  const onBase = images.filter(({ labels }) => labels[label.base] !== undefined);
  const others = images.filter(
    (image) =>
      !onBase.includes(image) &&
      image.references.some((reference) => ofRun.has(reference) || ofRun.has(reference.replace(/:latest$/, ''))),
  );
  return [...named(onBase).slice(0, 1), ...named(others)].slice(0, maxTried);
}

async function makeImages(opened: OpenProject, context: ChangeContext, { images, instances }: Desired): Promise<void> {
  const { engine, owner, tools } = opened;
  const options = { requested: instances.map(({ image }) => image), cache: true, only: 'missing' } as const;
  const preview = async (): Promise<Preview> => {
    const observed = await observe(engine);
    const hashed = await hashedImages(images, observed, opened);
    return { observed, plan: planImagesOnly(owner, hashed, observed, options) };
  };
  await planAndApply(preview, tools, context);
}
