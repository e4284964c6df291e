import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError, messageOf } from '../../errors.ts';
import { type OsTree, treeKey } from './bootstrap-steps.ts';
import { type LayerFile, type LayerFiles, loadLayerFiles } from './layer-files.ts';
import { type OsId, osTable } from './os-table.ts';

/** Each kind is laid over the one before it. */
export const baseKinds = ['common', 'base', 'dns'] as const;
export type BaseKind = (typeof baseKinds)[number];

export interface BaseImage {
  readonly kind: BaseKind;
  /** `dockerops/dockerops-base-debian12:latest` and, but for common, the name without the os. */
  readonly tags: readonly string[];
  /** Hash of all that the image is made from; the value of its label `dockerops.source_hash`. */
  readonly sourceHash: string;
}

/** The base images of one os and architecture, and everything they are made from. Says nothing about any engine. */
export interface BaseImageSet {
  readonly os: OsId;
  /** In Docker's words: amd64, arm64. */
  readonly arch: string;
  readonly images: readonly BaseImage[];
  readonly layers: Readonly<Record<BaseKind, LayerFiles>>;
  /** The OS tree that common and base share, and the one of dns; mirrors are told when they are made. */
  readonly trees: { readonly base: OsTree; readonly dns: OsTree };
}

/** Which base image a name in a FROM line or on the command line means, with or without `dockerops/`, os and tag. */
export function findBaseKind(name: string, os: OsId): BaseKind | undefined {
  const match = /^(?:dockerops\/)?dockerops-(common|base|dns)(?:-([a-z0-9]+))?(?::latest)?$/.exec(name);
  if (match === null || (match[2] !== undefined && match[2] !== os)) return undefined;
  return match[1] === 'common' && match[2] === undefined ? undefined : (match[1] as BaseKind);
}

/** Reads the base images directory only: no engine, no network. */
export async function baseImageSet(os: OsId, directory: string, arch: string): Promise<BaseImageSet> {
  try {
    return await loadSet(os, directory, arch);
  } catch (cause) {
    throw new UserError(`base images directory ${directory}: ${messageOf(cause)}`, {
      code: 'BASE_IMAGES_DIRECTORY',
      suggestions: ['unset BASE_IMAGES_DIR to use the one of the package'],
      cause,
    });
  }
}

async function loadSet(os: OsId, directory: string, arch: string): Promise<BaseImageSet> {
  const load = (kind: BaseKind): Promise<LayerFiles> => loadLayerFiles(join(directory, kind, 'rootfs'));
  const packagesOf = async (kind: BaseKind): Promise<string[]> =>
    parsePackages(await readFile(join(directory, kind, 'packages'), 'utf8'));
  const [common, base, dns] = await Promise.all([load('common'), load('base'), load('dns')]);
  const [commonPackages, basePackages, dnsPackages] = await Promise.all([
    packagesOf('common'),
    packagesOf('base'),
    packagesOf('dns'),
  ]);
  const steps = { os, arch, customise: await readFile(join(directory, 'os', 'customise.sh'), 'utf8'), mirrors: [] };
  const set = {
    os,
    arch,
    layers: { common, base, dns },
    trees: {
      base: { ...steps, packages: sorted(commonPackages, basePackages), python: pythonOf(common, base) },
      dns: {
        ...steps,
        packages: sorted(commonPackages, basePackages, dnsPackages),
        python: pythonOf(common, base, dns),
      },
    },
  };
  return {
    ...set,
    images: baseKinds.map((kind) => ({ kind, tags: tagsOf(kind, os), sourceHash: sourceHash(set, kind) })),
  };
}

/** One package a line; `#` starts a comment. */
export function parsePackages(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.replace(/#.*/, '').trim())
    .filter((line) => line !== '');
}

function sorted(...lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())].sort();
}

function pythonOf(...layers: readonly LayerFiles[]): LayerFile[] {
  return layers.flatMap(({ files }) => files.filter(({ path }) => path.endsWith('.py')));
}

function tagsOf(kind: BaseKind, os: OsId): string[] {
  const names = [`dockerops-${kind}-${os}`];
  if (kind !== 'common') names.push(`dockerops-${kind}`);
  return names.map((name) => `dockerops/${name}:latest`);
}

/** Raised when the way in which images are put together changes what comes out of the same files. */
const formatVersion = 1;

/** The mirror is not part of it: the same archive is the same wherever it is copied to. */
function sourceHash(set: Omit<BaseImageSet, 'images'>, kind: BaseKind): string {
  const kinds = baseKinds.slice(0, baseKinds.indexOf(kind) + 1);
  const hash = createHash('sha256');
  const trees = (kind === 'dns' ? [set.trees.base, set.trees.dns] : [set.trees.base]).map(treeKey);
  hash.update(JSON.stringify({ formatVersion, os: osTable[set.os], id: set.os, arch: set.arch, trees, kinds }));
  for (const layer of kinds.map((each) => set.layers[each])) {
    hash.update(JSON.stringify(layer.emptyDirectories));
    for (const file of layer.files)
      hash.update(JSON.stringify([file.path, file.mode, file.content.length])).update(file.content);
  }
  return hash.digest('hex');
}
