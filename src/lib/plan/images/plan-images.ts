import { definedOnly } from '../../defined.ts';
import { assertNever } from '../../errors.ts';
import { canonicalReference } from '../../image-reference.ts';
import { label } from '../../labels.ts';
import type { LockedSuite } from '../../model/lock.ts';
import type { ObservedImage } from '../../model/observed-state.ts';
import type { ImageSpec } from '../../model/desired.ts';
import type { Blocker, Difference, Verdict } from '../plan.ts';
import type { Operation, OperationOf } from '../operation.ts';
import type { ImageChoice } from '../operation-parts.ts';
import { usePin } from './pinned.ts';

export interface ImageOptions {
  /** References of the requested images; absent: all. Parents follow where a build needs them. */
  readonly requested?: readonly string[];
  /**
   * False: build the requested images in any case, without the engine's cache; base images only when they are named.
   */
  readonly cache: boolean;
  /** `missing`: only what does not exist, and its parents; `stale`: also what is older than its source. */
  readonly only: 'missing' | 'stale';
  /** Of the engine: `linux/amd64`. */
  readonly platform?: string;
  /** The state of the package archive that base images have to be made from. */
  readonly archive?: readonly LockedSuite[];
}

export interface ImagePlan {
  /** Parents before children. */
  readonly operations: readonly Operation[];
  /** Of the requested images, and of those that are made. */
  readonly verdicts: readonly Verdict[];
  /** Requested images that may be used only with a content that the engine does not have. */
  readonly blockers: readonly Blocker[];
  /** How a container of this plan names its image. */
  choice(reference: string): ImageChoice;
  /** Id of the operation that makes it, for which a container has to wait. */
  makerOf(reference: string): string | undefined;
}

interface ImageState {
  readonly image: ImageSpec;
  readonly requested: boolean;
  readonly parents: readonly ImageState[];
  /** What has its name, or the content that it has to have. */
  readonly observed: ObservedImage | undefined;
  /** There is no image of that content. */
  readonly blocker: Blocker | undefined;
  /** Why it differs from its source; absent: it does not, or it is missing. */
  readonly outdated: string | undefined;
}

/** What is made, and why. */
type Causes = ReadonlyMap<ImageState, string>;

/**
 * What has to be built, made or pulled. An image is up to date when the engine has it under its reference with the
 * label of the desired hash, which includes the hashes of all its parents. `images` come with hashes, parents before
 * children.
 */
export function planImages(
  images: readonly ImageSpec[],
  observed: readonly ObservedImage[],
  options: ImageOptions,
): ImagePlan {
  const seen = new Map(
    observed.flatMap((image) => image.references.map((reference) => [canonicalReference(reference), image])),
  );
  const all = statesOf(images, observed, seen, options);
  const found = new Map(seen);
  for (const { image, observed: used } of all)
    if (used === undefined) found.delete(canonicalReference(image.reference));
    else found.set(canonicalReference(image.reference), used);
  const causes = findCauses(all, options);
  const made = all.filter((state) => causes.has(state));
  const makers = new Map(made.map((state) => [canonicalReference(state.image.reference), operationId(state.image)]));
  const makerOf = (reference: string): string | undefined => makers.get(canonicalReference(reference));
  return {
    operations: operationsFor(made, causes, options),
    verdicts: all
      .filter((state) => state.requested || causes.has(state))
      .map((state) => verdictFor(state, causes.get(state))),
    blockers: all.flatMap(({ requested, blocker }) => (requested ? (blocker ?? []) : [])),
    makerOf,
    choice: (reference) => {
      const id = makerOf(reference) === undefined ? found.get(canonicalReference(reference))?.id : undefined;
      return id === undefined ? { reference } : { id };
    },
  };
}

function statesOf(
  images: readonly ImageSpec[],
  all: readonly ObservedImage[],
  seen: ReadonlyMap<string, ObservedImage>,
  options: ImageOptions,
): readonly ImageState[] {
  const requested = options.requested && new Set(options.requested.map(canonicalReference));
  const states = new Map<string, ImageState>();
  for (const image of images) {
    const name = canonicalReference(image.reference);
    const named = seen.get(name);
    const on = { named, images: all, platform: options.platform };
    const { observed, blocker } = image.pin === undefined ? { observed: named } : usePin(image, image.pin, on);
    states.set(name, {
      image,
      observed,
      blocker,
      requested: requested?.has(name) ?? true,
      parents: image.parents.flatMap((parent) => states.get(canonicalReference(parent)) ?? []),
      outdated: observed && image.pin === undefined ? findOutdated(image, observed) : undefined,
    });
  }
  return [...states.values()];
}

function findOutdated(image: ImageSpec, observed: ObservedImage): string | undefined {
  if (image.source.kind === 'registry')
    return isOtherPlatform(image.source.platform, observed.platform)
      ? `it is for ${observed.platform ?? ''}`
      : undefined;
  const hash = observed.labels[label.sourceHash];
  if (image.inputHash === undefined || hash === image.inputHash) return undefined;
  return hash === undefined ? 'not built by dockerops' : 'source changed';
}

/** `linux/arm64/v8` is a kind of `linux/arm64`. */
function isOtherPlatform(requested: string | undefined, seen: string | undefined): boolean {
  return requested !== undefined && seen !== undefined && !`${requested}/`.startsWith(`${seen}/`);
}

/** Parents of an image that is made are made as well where they differ from their source. */
function findCauses(states: readonly ImageState[], options: ImageOptions): Causes {
  const causes = new Map<ImageState, string>();
  const needed = new Set<ImageState>();
  for (const state of states.toReversed()) {
    const cause = findCause(state, needed.has(state), options);
    if (cause === undefined) continue;
    causes.set(state, cause);
    for (const parent of state.parents) needed.add(parent);
  }
  return causes;
}

function findCause(state: ImageState, needed: boolean, options: ImageOptions): string | undefined {
  const { requested, observed, outdated, image } = state;
  if ((!requested && !needed) || image.pin !== undefined) return undefined;
  if (observed === undefined) return 'no image';
  if (outdated !== undefined && (needed || options.only === 'stale' || image.source.kind === 'registry'))
    return parentCause(state) ?? outdated;
  return requested && isForced(image, options) ? 'requested' : undefined;
}

function isForced({ source }: ImageSpec, options: ImageOptions): boolean {
  if (options.cache || source.kind === 'registry') return false;
  return source.kind === 'folder' || options.requested !== undefined;
}

/** The hash of a changed parent is part of its children's. */
function parentCause(state: ImageState): string | undefined {
  const parent = state.parents.find(({ outdated }) => outdated !== undefined);
  return parent && `parent ${parent.image.service} is rebuilt`;
}

function operationId({ source, service, reference }: ImageSpec): string {
  if (source.kind === 'base') return `make base images ${source.os}`;
  return source.kind === 'folder' ? `build ${service}` : `pull ${reference}`;
}

function operationsFor(made: readonly ImageState[], causes: Causes, options: ImageOptions): Operation[] {
  const groups = new Map<string, [ImageState, ...ImageState[]]>();
  for (const state of made) {
    const id = operationId(state.image);
    const group = groups.get(id);
    if (group) group.push(state);
    else groups.set(id, [state]);
  }
  return [...groups].map(([id, group]) => ({
    id,
    subject: subjectOf(group[0].image),
    cause: unique(group.map((state) => causes.get(state) ?? '')).join(', '),
    needs: unique(
      group.flatMap((state) =>
        state.parents.filter((parent) => causes.has(parent)).map(({ image }) => operationId(image)),
      ),
    ).filter((need) => need !== id),
    ...actionOf(group, options),
  }));
}

type Action =
  | Pick<OperationOf<'make-base-images'>, 'kind' | 'os' | 'references' | 'cache' | 'archive'>
  | Pick<OperationOf<'build-image'>, 'kind' | 'image' | 'cache'>
  | Pick<OperationOf<'pull-image'>, 'kind' | 'reference' | 'platform'>;

/** The base images of one OS are made together, all others one by one. */
function actionOf(group: readonly [ImageState, ...ImageState[]], { cache, archive }: ImageOptions): Action {
  const { image } = group[0];
  switch (image.source.kind) {
    case 'base':
      return {
        kind: 'make-base-images',
        os: image.source.os,
        references: group.map((state) => state.image.reference),
        cache,
        ...definedOnly({ archive }),
      };
    case 'folder':
      return { kind: 'build-image', image, cache };
    case 'registry':
      return {
        kind: 'pull-image',
        reference: image.reference,
        ...(image.source.platform === undefined ? {} : { platform: image.source.platform }),
      };
    default:
      return assertNever(image.source);
  }
}

function subjectOf({ source, reference }: ImageSpec): string {
  return source.kind === 'base' ? `base images ${source.os}` : reference;
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort();
}

function verdictFor(state: ImageState, cause: string | undefined): Verdict {
  const { image, observed, outdated } = state;
  const differences =
    observed && outdated !== undefined && image.source.kind !== 'registry' ? [sourceDifference(image, observed)] : [];
  const common = { key: image.reference, differences };
  if (cause !== undefined)
    return { ...common, verdict: image.source.kind === 'registry' ? 'pull' : 'build', reason: cause };
  if (state.blocker !== undefined) return { ...common, verdict: 'conflict', reason: 'not the image that it has to be' };
  if (outdated !== undefined) return { ...common, verdict: 'differs', reason: outdated };
  return { ...common, verdict: 'keep', reason: image.source.kind === 'registry' ? 'present' : 'source unchanged' };
}

function sourceDifference(image: ImageSpec, observed: ObservedImage): Difference {
  return { field: 'source', from: observed.labels[label.sourceHash] ?? '', to: image.inputHash ?? '' };
}
