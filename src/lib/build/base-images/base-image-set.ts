import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError, messageOf } from '../../errors.ts';
import { type OsTree, treeKey } from './bootstrap-steps.ts';
import { type LayerFile, type LayerFiles, loadLayerFiles } from './layer-files.ts';
import { type OsId, osTable } from './os-table.ts';

export const baseKinds = ['common', 'base', 'dns', 'full', 'balancer'] as const;
export type BaseKind = (typeof baseKinds)[number];

/** The layers of each kind that are made from files here, lowest first. */
export const layersOf: Readonly<Record<BaseKind, readonly BaseKind[]>> = {
  common: ['common'],
  base: ['common', 'base'],
  dns: ['common', 'base', 'dns'],
  full: ['common', 'base', 'full'],
  balancer: ['common', 'balancer'],
};

/** Kinds with packages of their own: each has an OS tree, of which its image gets what the base tree has not. */
export const extendedKinds = ['dns', 'full', 'balancer'] as const;
export type ExtendedKind = (typeof extendedKinds)[number];
export type TreeName = 'base' | ExtendedKind;

export function isExtended(kind: BaseKind): kind is ExtendedKind {
  return (extendedKinds as readonly BaseKind[]).includes(kind);
}

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
  /** The OS tree that common and base share, and those of the extended kinds; mirrors are given when they are made. */
  readonly trees: Readonly<Record<TreeName, OsTree>>;
}

/** Which base image a name in a FROM line or on the command line means, with or without `dockerops/`, os and tag. */
export function findBaseKind(name: string, os: OsId): BaseKind | undefined {
  const match = /^(?:dockerops\/)?dockerops-(common|base|dns|full|balancer)(?:-([a-z0-9]+))?(?::latest)?$/.exec(name);
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

/** Those that every machine has; the large one is made for services that are built on it. */
export function withoutLarge(set: BaseImageSet): BaseImageSet {
  return { ...set, images: set.images.filter(({ kind }) => kind !== 'full') };
}

async function loadSet(os: OsId, directory: string, arch: string): Promise<BaseImageSet> {
  const layers = await ofEachKind((kind) => loadLayerFiles(join(directory, kind, 'rootfs')));
  const packages = await ofEachKind(async (kind) =>
    parsePackages(await readFile(join(directory, kind, 'packages'), 'utf8')),
  );
  const steps = { os, arch, customise: await readFile(join(directory, 'os', 'customise.sh'), 'utf8'), mirrors: [] };
  const tree = (...kinds: readonly BaseKind[]): OsTree => ({
    ...steps,
    packages: sorted(...kinds.map((kind) => packages[kind])),
    python: pythonOf(kinds.map((kind) => layers[kind])),
  });
  const trees = {
    base: tree('common', 'base'),
    dns: tree('common', 'base', 'dns'),
    full: tree('common', 'base', 'full'),
    balancer: tree('common', 'base', 'balancer'),
  };
  const set = { os, arch, layers, trees };
  return {
    ...set,
    images: baseKinds.map((kind) => ({ kind, tags: tagsOf(kind, os), sourceHash: sourceHash(set, kind) })),
  };
}

async function ofEachKind<T>(load: (kind: BaseKind) => Promise<T>): Promise<Readonly<Record<BaseKind, T>>> {
  const loaded = await Promise.all(baseKinds.map(async (kind) => [kind, await load(kind)] as const));
  return Object.fromEntries(loaded) as Record<BaseKind, T>;
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

function pythonOf(layers: readonly LayerFiles[]): LayerFile[] {
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
  const kinds = layersOf[kind];
  const hash = createHash('sha256');
  const trees = [set.trees.base, ...(isExtended(kind) ? [set.trees[kind]] : [])].map(treeKey);
  hash.update(JSON.stringify({ formatVersion, os: osTable[set.os], id: set.os, arch: set.arch, trees, kinds }));
  for (const layer of kinds.map((each) => set.layers[each])) {
    hash.update(JSON.stringify(layer.emptyDirectories));
    for (const file of layer.files)
      hash.update(JSON.stringify([file.path, file.mode, file.content.length])).update(file.content);
  }
  return hash.digest('hex');
}
