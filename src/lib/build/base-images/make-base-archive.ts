import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { label } from '../../labels.ts';
import { loadAptSources, mirrorLines } from './apt-sources.ts';
import { type BaseImage, type BaseImageSet, type BaseKind, baseKinds } from './base-image-set.ts';
import { bootstrap, type Machine, type RunInContainer } from './bootstrap.ts';
import { type OsTree, treeKey } from './bootstrap-steps.ts';
import { openCachedFile } from './cached-file.ts';
import { type ArchiveImage, type ArchiveLayer, writeDockerArchive } from '../../engine/archive/docker-archive.ts';
import { osTable } from './os-table.ts';
import { type DirectoryLookup, makeRootfsLayer } from './rootfs-layer.ts';
import { compareTars, writeDifference } from './tar-difference.ts';
import { indexTar, type TarIndex } from './tar-index.ts';

export interface MakeOptions {
  /** Which images; those below one come as layers only. */
  readonly kinds: readonly BaseKind[];
  /** False: the OS trees are made from the archive again, as it is now. */
  readonly cache: boolean;
  readonly cacheDirectory: string;
  /** What is being done now: `dns: installing remaining packages inside the chroot`. */
  readonly progress: (text: string) => void;
  readonly signal?: AbortSignal;
  readonly runInContainer?: RunInContainer | undefined;
  readonly machine?: Machine | undefined;
  /** Lines of apt sources instead of this machine's. */
  readonly mirrors?: readonly string[];
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

interface Trees {
  readonly base: OpenLayer;
  readonly dns: OpenLayer | undefined;
}

interface OpenLayer {
  readonly handle: FileHandle;
  readonly index: TarIndex;
}

async function makeTrees(set: BaseImageSet, options: MakeOptions, files: AsyncDisposableStack): Promise<Trees> {
  const mirrors = options.mirrors ?? mirrorLines(await loadAptSources(), osTable[set.os].suite);
  // One that fails ends the other.
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const make = async (name: 'base' | 'dns'): Promise<FileHandle> => {
    return keep(files, await openTree(name, { ...set.trees[name], mirrors }, { ...options, signal }));
  };
  const wanted = options.kinds.includes('dns') ? (['base', 'dns'] as const) : (['base'] as const);
  const making = wanted.map(make);
  for (const each of making) each.catch((error: unknown) => stop.abort(error));
  const settled = await Promise.allSettled(making);
  signal.throwIfAborted();
  const [base, dns] = settled.map((result) => (result.status === 'fulfilled' ? result.value : undefined));
  if (base === undefined) throw new TypeError('no OS tree');
  const lower = await openLayer(base);
  return {
    base: lower,
    dns: dns === undefined ? undefined : await openDifference(set, lower, await openLayer(dns), options, files),
  };
}

function keep(files: AsyncDisposableStack, handle: FileHandle): FileHandle {
  files.defer(() => handle.close());
  return handle;
}

function openTree(
  name: 'base' | 'dns',
  tree: OsTree,
  { cacheDirectory, cache, progress, ...rest }: MakeOptions & { signal: AbortSignal },
): Promise<FileHandle> {
  const report = (text: string): void => progress(`${name}: ${text}`);
  return openCachedFile({
    directory: cacheDirectory,
    prefix: `os-${tree.os}-${tree.arch}-${name}`,
    key: treeKey(tree),
    useExisting: cache,
    make: () => bootstrap(tree, { ...rest, progress: report }),
  });
}

async function openLayer(handle: FileHandle): Promise<OpenLayer> {
  return { handle, index: await indexTar(readFrom(handle)) };
}

/** The dns tree as a layer over the base tree, so that an engine holds what they share once. */
async function openDifference(
  set: BaseImageSet,
  lower: OpenLayer,
  upper: OpenLayer,
  options: MakeOptions,
  files: AsyncDisposableStack,
): Promise<OpenLayer> {
  const handle = await openCachedFile({
    directory: options.cacheDirectory,
    prefix: `layer-${set.os}-${set.arch}-dns`,
    key: createHash('sha256')
      .update(JSON.stringify([lower.index.digest, upper.index.digest]))
      .digest('hex')
      .slice(0, 16),
    useExisting: options.cache,
    make: async () => writeDifference(readFrom(upper.handle), compareTars(lower.index, upper.index)),
  });
  return openLayer(keep(files, handle));
}

/** Reads the file by its handle: what was hashed is what is read, also when the file has been replaced since. */
function readFrom(handle: FileHandle): Readable {
  return handle.createReadStream({ start: 0, autoClose: false, highWaterMark: 1 << 20 });
}

function createdOf(set: BaseImageSet): Date {
  return new Date(osTable[set.os].epochSeconds * 1000);
}

async function toArchiveImage(set: BaseImageSet, image: BaseImage, trees: Trees): Promise<ArchiveImage> {
  const layers = [fileLayer(trees.base, `mmdebstrap ${osTable[set.os].suite}: ${set.trees.base.packages.join(' ')}`)];
  for (const kind of baseKinds.slice(0, baseKinds.indexOf(image.kind) + 1)) {
    const tree = kind === 'dns' ? trees.dns : undefined;
    if (tree !== undefined)
      layers.push(fileLayer(tree, `mmdebstrap ${osTable[set.os].suite}: ${set.trees.dns.packages.join(' ')}`));
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

function fileLayer({ handle, index }: OpenLayer, createdBy: string): ArchiveLayer {
  return { digest: index.digest, size: index.size, createdBy, open: () => readFrom(handle) };
}

async function ownLayer(set: BaseImageSet, kind: BaseKind, trees: Trees): Promise<ArchiveLayer> {
  const below: DirectoryLookup = (path) =>
    (kind === 'dns' ? trees.dns?.index.entries.get(path) : undefined) ?? trees.base.index.entries.get(path);
  const bytes = await makeRootfsLayer(set.layers[kind], osTable[set.os].epochSeconds, below);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { digest, size: bytes.length, createdBy: `dockerops base-image/${kind}`, open: () => Readable.from([bytes]) };
}

function imageConfigOf(set: BaseImageSet, image: BaseImage): Record<string, unknown> {
  return {
    Entrypoint: ['/entrypoint.sh'],
    Cmd: ['supervisord', '-c', '/etc/supervisor/supervisord.conf'],
    Env: ['PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', 'LANG=C.UTF-8'],
    Labels: { [label.base]: set.os, [label.sourceHash]: image.sourceHash },
    StopSignal: 'SIGTERM',
    Healthcheck: { Test: ['CMD', '/usr/local/lib/dockerops/health'], Interval: 30e9, Timeout: 10e9, Retries: 1 },
  };
}
