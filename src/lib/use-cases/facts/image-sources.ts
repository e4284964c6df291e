import type { ImageSources } from '../../apply/context.ts';
import {
  baseImageSet,
  findBaseKind,
  type BaseImageSet,
  type BaseKind,
} from '../../build/base-images/base-image-set.ts';
import type { RunInContainer } from '../../build/base-images/bootstrap.ts';
import { isOsId, type OsId } from '../../build/base-images/os-table.ts';
import type { EngineReader } from '../../engine/engine.ts';
import type { Owner } from '../../model/desired.ts';
import { labelsOf, tagsOf } from '../../plan/images/image-labels.ts';
import { rewriteDockerfile } from '../../project/dockerfile/rewrite.ts';

export interface ImageSourcesRequest {
  readonly engine: Pick<EngineReader, 'facts'>;
  readonly runInContainer: RunInContainer;
  readonly owner: Owner;
  readonly baseImagesDirectory: string;
  /** Asked when OS trees are made; undefined: they are not kept. */
  readonly findCache: () => string | undefined;
  /** Lines of apt sources in place of this machine's; undefined or empty: its own. */
  readonly aptSources: string | undefined;
}

/** What the executor needs to make images: archives of base images, and the tags and labels of built images. */
export function imageSources({
  engine,
  runInContainer,
  owner,
  baseImagesDirectory,
  findCache,
  aptSources,
}: ImageSourcesRequest): ImageSources {
  return {
    async makeBaseArchive({ os, references, cache, archive }, onStep, signal) {
      if (!isOsId(os)) throw new TypeError(`no base images for ${os}`);
      const { makeBaseArchive } = await import('../../build/base-images/make-base-archive.ts');
      const set = await baseImageSet(os, baseImagesDirectory, (await engine.facts()).architecture);
      return makeBaseArchive(set, {
        kinds: kindsOf(references, os),
        // A tree that is kept is used if it is of the locked state.
        cache: cache || archive !== undefined,
        locked: archive,
        mirrors: linesOf(aptSources),
        cacheDirectory: findCache(),
        progress: onStep,
        signal,
        runInContainer,
      });
    },
    changeDockerfile:
      ({ image: { source } }) =>
      (text, context) =>
        source.kind === 'folder'
          ? rewriteDockerfile(text, { buildArgs: source.buildArgs, images: source.parentNames ?? {}, context })
          : text,
    tags: ({ image }) => ({ tags: tagsOf(image), labels: labelsOf(image, owner) }),
  };
}

function linesOf(text = ''): readonly string[] | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  return text.trim() === '' ? undefined : lines.filter((line) => line !== '');
}

/** Source hash of each base image by reference, to compare with the label of an existing image. */
export function baseHashes(set: BaseImageSet): Readonly<Record<string, string>> {
  return Object.fromEntries(set.images.flatMap(({ tags, sourceHash }) => tags.map((tag) => [tag, sourceHash])));
}

function kindsOf(references: readonly string[], os: OsId): readonly BaseKind[] {
  return [...new Set(references.flatMap((reference) => findBaseKind(reference, os) ?? []))];
}
