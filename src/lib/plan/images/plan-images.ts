import { assertNever } from '../../errors.ts';
import { canonicalReference } from '../../image-reference.ts';
import { label } from '../../labels.ts';
import type { ObservedImage } from '../../model/observed-state.ts';
import type { ImageSpec } from '../../model/desired.ts';
import type { Difference, Verdict } from '../plan.ts';
import type { Operation, OperationOf } from '../operation.ts';
import type { ImageChoice } from '../operation-parts.ts';

export interface ImageOptions {
  /** References of the requested images; absent: all. Parents follow where a build needs them. */
  readonly wanted?: readonly string[];
  /**
   * False: build the requested images in any case, without the engine's cache; base images only when they are named.
   */
  readonly cache: boolean;
  /** `missing`: only what does not exist, and its parents; `stale`: also what is older than its source. */
  readonly only: 'missing' | 'stale';
}

export interface ImagePlan {
  /** Parents before children. */
  readonly operations: readonly Operation[];
  /** Of the requested images, and of those that are made. */
  readonly verdicts: readonly Verdict[];
  /** How a container of this plan names its image. */
  choice(reference: string): ImageChoice;
  /** Id of the operation that makes it, for which a container has to wait. */
  makerOf(reference: string): string | undefined;
}

interface Look {
  readonly image: ImageSpec;
  readonly wanted: boolean;
  readonly parents: readonly Look[];
  readonly observed: ObservedImage | undefined;
  /** Why it differs from its source; absent: it does not, or it is missing. */
  readonly outdated: string | undefined;
}

/** What is made, and why. */
type Causes = ReadonlyMap<Look, string>;

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
  const all = lookAt(images, seen, options);
  const causes = findCauses(all, options);
  const made = all.filter((look) => causes.has(look));
  const makers = new Map(made.map((look) => [canonicalReference(look.image.reference), operationId(look.image)]));
  const makerOf = (reference: string): string | undefined => makers.get(canonicalReference(reference));
  return {
    operations: operationsFor(made, causes, options),
    verdicts: all.filter((look) => look.wanted || causes.has(look)).map((look) => verdictFor(look, causes.get(look))),
    makerOf,
    choice: (reference) => {
      const id = makerOf(reference) === undefined ? seen.get(canonicalReference(reference))?.id : undefined;
      return id === undefined ? { reference } : { id };
    },
  };
}

function lookAt(
  images: readonly ImageSpec[],
  seen: ReadonlyMap<string, ObservedImage>,
  options: ImageOptions,
): readonly Look[] {
  const wanted = options.wanted && new Set(options.wanted.map(canonicalReference));
  const looks = new Map<string, Look>();
  for (const image of images) {
    const name = canonicalReference(image.reference);
    const observed = seen.get(name);
    looks.set(name, {
      image,
      observed,
      wanted: wanted?.has(name) ?? true,
      parents: image.parents.flatMap((parent) => looks.get(canonicalReference(parent)) ?? []),
      outdated: observed && findOutdated(image, observed),
    });
  }
  return [...looks.values()];
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
function isOtherPlatform(wanted: string | undefined, seen: string | undefined): boolean {
  return wanted !== undefined && seen !== undefined && !`${wanted}/`.startsWith(`${seen}/`);
}

/** Parents of an image that is made are made as well where they differ from their source. */
function findCauses(looks: readonly Look[], options: ImageOptions): Causes {
  const causes = new Map<Look, string>();
  const needed = new Set<Look>();
  for (const look of looks.toReversed()) {
    const cause = findCause(look, needed.has(look), options);
    if (cause === undefined) continue;
    causes.set(look, cause);
    for (const parent of look.parents) needed.add(parent);
  }
  return causes;
}

function findCause(look: Look, needed: boolean, options: ImageOptions): string | undefined {
  const { wanted, observed, outdated, image } = look;
  if (!wanted && !needed) return undefined;
  if (observed === undefined) return 'no image';
  if (outdated !== undefined && (needed || options.only === 'stale' || image.source.kind === 'registry'))
    return parentCause(look) ?? outdated;
  return wanted && isForced(image, options) ? 'requested' : undefined;
}

function isForced({ source }: ImageSpec, options: ImageOptions): boolean {
  if (options.cache || source.kind === 'registry') return false;
  return source.kind === 'folder' || options.wanted !== undefined;
}

/** The hash of a changed parent is part of its children's. */
function parentCause(look: Look): string | undefined {
  const parent = look.parents.find(({ outdated }) => outdated !== undefined);
  return parent && `parent ${parent.image.service} is rebuilt`;
}

function operationId({ source, service, reference }: ImageSpec): string {
  if (source.kind === 'base') return `make base images ${source.os}`;
  return source.kind === 'folder' ? `build ${service}` : `pull ${reference}`;
}

function operationsFor(made: readonly Look[], causes: Causes, options: ImageOptions): Operation[] {
  const groups = new Map<string, [Look, ...Look[]]>();
  for (const look of made) {
    const id = operationId(look.image);
    const group = groups.get(id);
    if (group) group.push(look);
    else groups.set(id, [look]);
  }
  return [...groups].map(([id, group]) => ({
    id,
    subject: subjectOf(group[0].image),
    cause: unique(group.map((look) => causes.get(look) ?? '')).join(', '),
    needs: unique(
      group.flatMap((look) =>
        look.parents.filter((parent) => causes.has(parent)).map(({ image }) => operationId(image)),
      ),
    ).filter((need) => need !== id),
    ...actionOf(group, options),
  }));
}

type Action =
  | Pick<OperationOf<'make-base-images'>, 'kind' | 'os' | 'references' | 'cache'>
  | Pick<OperationOf<'build-image'>, 'kind' | 'image' | 'cache'>
  | Pick<OperationOf<'pull-image'>, 'kind' | 'reference' | 'platform'>;

/** The base images of one OS are made together, all others one by one. */
function actionOf(group: readonly [Look, ...Look[]], { cache }: ImageOptions): Action {
  const { image } = group[0];
  switch (image.source.kind) {
    case 'base':
      return {
        kind: 'make-base-images',
        os: image.source.os,
        references: group.map((look) => look.image.reference),
        cache,
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

function verdictFor(look: Look, cause: string | undefined): Verdict {
  const { image, observed, outdated } = look;
  const differences =
    observed && outdated !== undefined && image.source.kind !== 'registry' ? [sourceDifference(image, observed)] : [];
  const common = { key: image.reference, differences };
  if (cause !== undefined)
    return { ...common, verdict: image.source.kind === 'registry' ? 'pull' : 'build', reason: cause };
  if (outdated !== undefined) return { ...common, verdict: 'differs', reason: outdated };
  return { ...common, verdict: 'keep', reason: image.source.kind === 'registry' ? 'present' : 'source unchanged' };
}

function sourceDifference(image: ImageSpec, observed: ObservedImage): Difference {
  return { field: 'source', from: observed.labels[label.sourceHash] ?? '', to: image.inputHash ?? '' };
}
