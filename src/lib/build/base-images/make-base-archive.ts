import { createHash } from 'node:crypto';
import { type FileHandle, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { OperationFailed } from '../../errors.ts';
import { label } from '../../labels.ts';
import { makeOwnDirectory } from '../../trusted-file.ts';
import { loadAptSources, mirrorLines } from './apt-sources.ts';
import {
  type BaseImage,
  type BaseImageSet,
  type BaseKind,
  type ExtendedKind,
  extendedKinds,
  isExtended,
  layersOf,
  type TreeName,
} from './base-image-set.ts';
import { bootstrap, type Machine, type RunInContainer } from './bootstrap.ts';
import { archiveMoved, keepSuites, keptSuites, movedSuite, sortedSuites } from './archive-suites.ts';
import { archiveNote, type LockedSuite } from '../../model/lock.ts';
import { type OsTree, treeKey } from './bootstrap-steps.ts';
import { openCachedFile, type CachedFile } from './cached-file.ts';
import { type ArchiveImage, type ArchiveLayer, writeDockerArchive } from '../../engine/archive/docker-archive.ts';
import { osTable } from './os-table.ts';
import { type DirectoryLookup, makeRootfsLayer } from './rootfs-layer.ts';
import { makeWorkDirectory } from './work-directory.ts';
import { compareTars, writeDifference } from './tar-difference.ts';
import { indexTar, type TarIndex } from './tar-index.ts';

export interface MakeOptions {
  /** Which images; those below one come as layers only. */
  readonly kinds: readonly BaseKind[];
  /** False: the OS trees are made from the archive again, as it is now. */
  readonly cache: boolean;
  /** Where OS trees are kept; undefined, or where others could write: they are made anew. */
  readonly cacheDirectory: string | undefined;
  /** What is being done now: `dns: installing remaining packages inside the chroot`. */
  readonly progress: (text: string) => void;
  readonly signal?: AbortSignal;
  readonly runInContainer?: RunInContainer | undefined;
  readonly machine?: Machine | undefined;
  /** Lines of apt sources instead of this machine's. */
  readonly mirrors?: readonly string[] | undefined;
  /** The state of the archive that the trees must be of. */
  readonly locked?: readonly LockedSuite[] | undefined;
}

/** Makes base images as one docker-archive. Everything that can fail has been done when it returns, but the reading. */
export async function makeBaseArchive(set: BaseImageSet, options: MakeOptions): Promise<Readable> {
  await using files = new AsyncDisposableStack();
  const trees = await makeTrees(set, options, files);
  const images = await Promise.all(
    set.images.filter(({ kind }) => options.kinds.includes(kind)).map((image) => toArchiveImage(set, image, trees)),
  );
  const archive = writeDockerArchive(images, createdOf(set));
  const kept = files.move();
  archive.once('close', () => void kept.disposeAsync());
  return archive;
}

/** Of an extended kind: what its tree has more than that of base. Absent: none of the images needs it. */
type Trees = Readonly<{ base: OpenTree } & Partial<Record<ExtendedKind, OpenTree>>>;

interface OpenLayer {
  readonly handle: FileHandle;
  readonly index: TarIndex;
}

/** A tree with the state of the archive that it was made from; empty: not known. */
interface OpenTree extends OpenLayer {
  readonly suites: readonly LockedSuite[];
}

async function makeTrees(set: BaseImageSet, options: MakeOptions, files: AsyncDisposableStack): Promise<Trees> {
  const mirrors = options.mirrors ?? mirrorLines(await loadAptSources(), osTable[set.os].suite);
  const directory = await findDirectory(options, files);
  // One that fails ends the other.
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const make = (name: TreeName): Promise<OpenTree> =>
    openTree(name, { ...set.trees[name], mirrors }, directory, { ...options, signal, stop }, files);
  const extended = extendedKinds.filter((kind) => options.kinds.includes(kind));
  const making = (['base', ...extended] as const).map(make);
  for (const each of making) each.catch((error: unknown) => stop.abort(error));
  await Promise.allSettled(making);
  signal.throwIfAborted();
  const [base, ...upper] = await Promise.all(making);
  if (base === undefined) throw new TypeError('no OS tree');
  const differences = await Promise.all(
    extended.map(async (kind, at) => {
      const tree = upper[at];
      if (tree === undefined) throw new TypeError(`no OS tree of ${kind}`);
      const layer = await openLayer(differenceFile(set, kind, base, tree, directory, options), files);
      return [kind, { ...layer, suites: tree.suites }] as const;
    }),
  );
  return { base, ...Object.fromEntries(differences) };
}

/**
 * Where nothing can be kept that only this user can change, a directory for this time: that is slower, and no failure.
 */
async function findDirectory({ cacheDirectory, progress }: MakeOptions, files: AsyncDisposableStack): Promise<string> {
  if (cacheDirectory !== undefined && makeOwnDirectory(cacheDirectory)) return cacheDirectory;
  progress('the OS trees are not kept, as there is no cache directory that only this user can change');
  const directory = await makeWorkDirectory();
  files.defer(() => rm(directory, { recursive: true, force: true }));
  return directory;
}

type TreeOptions = MakeOptions & { readonly signal: AbortSignal; readonly stop: AbortController };

/** One that is kept, but is not of the locked state, is made again. */
async function openTree(
  name: TreeName,
  tree: OsTree,
  directory: string,
  options: TreeOptions,
  files: AsyncDisposableStack,
): Promise<OpenTree> {
  const { locked } = options;
  const made: LockedSuite[] = [];
  const layer = await openLayer(treeFile(name, tree, directory, options, made), files);
  const suites = made.length > 0 ? sortedSuites(made) : keptSuites(directory, layer.index.digest);
  if (made.length > 0) keepSuites(directory, layer.index.digest, suites);
  const moved = locked === undefined ? undefined : movedSuite(suites, locked);
  if (moved === undefined) return { ...layer, suites };
  if (!options.cache || made.length > 0) throw moved;
  return openTree(name, tree, directory, { ...options, cache: false }, files);
}

function treeFile(
  name: TreeName,
  tree: OsTree,
  directory: string,
  { cache, progress, locked, stop, ...rest }: TreeOptions,
  made: LockedSuite[],
): CachedFile {
  const onSuite = (suite: LockedSuite): void => {
    made.push(suite);
    const isLocked = locked?.some((each) => each.name === suite.name && each.sha256 === suite.sha256) ?? true;
    if (!isLocked) stop.abort(archiveMoved(suite, locked ?? []));
  };
  const report = (text: string): void => progress(`${name}: ${text}`);
  return {
    directory,
    prefix: `os-${tree.os}-${tree.arch}-${name}`,
    key: treeKey(tree),
    useExisting: cache,
    make: () => bootstrap(tree, { ...rest, progress: report, onSuite }),
  };
}

/** The tree of an extended kind as a layer over the base tree, so that an engine holds what they share once. */
function differenceFile(
  set: BaseImageSet,
  kind: ExtendedKind,
  lower: OpenLayer,
  upper: OpenLayer,
  directory: string,
  { cache }: MakeOptions,
): CachedFile {
  return {
    directory,
    prefix: `layer-${set.os}-${set.arch}-${kind}`,
    key: createHash('sha256')
      .update(JSON.stringify([lower.index.digest, upper.index.digest]))
      .digest('hex')
      .slice(0, 16),
    useExisting: cache,
    make: async () => writeDifference(readFrom(upper.handle), compareTars(lower.index, upper.index)),
  };
}

/** A file whose content is not what was written is made again. */
async function openLayer(file: CachedFile, files: AsyncDisposableStack): Promise<OpenLayer> {
  const { handle, digest } = await openCachedFile(file);
  files.defer(() => handle.close());
  const index = await indexTar(readFrom(handle)).catch((error: unknown) => {
    if (!file.useExisting) throw error;
    return undefined;
  });
  if (index?.digest === digest) return { handle, index };
  if (!file.useExisting)
    throw new OperationFailed(`what was just written to ${file.directory} reads otherwise`, {
      code: 'CACHE_DIRECTORY',
      suggestions: ['see what the system says of its disk: dmesg'],
    });
  return openLayer({ ...file, useExisting: false }, files);
}

/** Reads the file by its handle: what was hashed is what is read, also when the file has been replaced since. */
function readFrom(handle: FileHandle): Readable {
  return handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20 });
}

function createdOf(set: BaseImageSet): Date {
  return new Date(osTable[set.os].epochSeconds * 1000);
}

async function toArchiveImage(set: BaseImageSet, image: BaseImage, trees: Trees): Promise<ArchiveImage> {
  const layers = [fileLayer(trees.base, createdBy(set, 'base', trees.base))];
  for (const kind of layersOf[image.kind]) {
    const tree = isExtended(kind) ? trees[kind] : undefined;
    if (tree !== undefined) layers.push(fileLayer(tree, createdBy(set, kind, tree)));
    layers.push(await ownLayer(set, kind, trees));
  }
  return {
    tags: image.tags,
    layers,
    architecture: set.arch,
    created: createdOf(set),
    config: imageConfigOf(set, image),
  };
}

function createdBy({ os, trees }: BaseImageSet, kind: BaseKind, { suites }: OpenTree): string {
  const { packages } = trees[isExtended(kind) ? kind : 'base'];
  return `mmdebstrap ${osTable[os].suite}: ${packages.join(' ')}${archiveNote(suites)}`;
}

function fileLayer({ handle, index }: OpenLayer, createdBy: string): ArchiveLayer {
  return { digest: index.digest, size: index.size, createdBy, open: () => readFrom(handle) };
}

async function ownLayer(set: BaseImageSet, kind: BaseKind, trees: Trees): Promise<ArchiveLayer> {
  const below: DirectoryLookup = (path) =>
    (isExtended(kind) ? trees[kind]?.index.entries.get(path) : undefined) ?? trees.base.index.entries.get(path);
  const bytes = await makeRootfsLayer(set.layers[kind], osTable[set.os].epochSeconds, below);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { digest, size: bytes.length, createdBy: `dockerops base-image/${kind}`, open: () => Readable.from([bytes]) };
}

/** The order of the members is part of an image's id. */
function imageConfigOf(set: BaseImageSet, { kind, sourceHash }: BaseImage): Record<string, unknown> {
  const { Entrypoint, Cmd, Healthcheck, ...more } = kind === 'balancer' ? balancerProcess : instanceProcess;
  return {
    Entrypoint,
    Cmd,
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'LANG=C.UTF-8'],
    Labels: { [label.base]: set.os, [label.sourceHash]: sourceHash },
    StopSignal: 'SIGTERM',
    Healthcheck,
    ...more,
  };
}

const instanceProcess = {
  Entrypoint: ['/entrypoint.sh'],
  Cmd: ['supervisord', '-c', '/etc/supervisor/supervisord.conf'],
  Healthcheck: { Test: ['CMD', '/usr/local/lib/dockerops/health'], Interval: 30e9, Timeout: 10e9, Retries: 1 },
};

const balancer = '/usr/local/bin/dockerops-balancer';

/** It needs no rights that an ordinary user lacks: the engine publishes a port above 1023 as the host's port. */
const balancerProcess = {
  Entrypoint: [balancer],
  Cmd: ['run'],
  Healthcheck: { Test: ['CMD', balancer, 'health'], Interval: 10e9, Timeout: 5e9, Retries: 2 },
  User: 'dockerops',
};
