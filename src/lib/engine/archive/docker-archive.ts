import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { tarStream, writeEntry } from './tar-writer.ts';

export interface ArchiveLayer {
  /** SHA-256 of the layer's tar, in hex. */
  readonly digest: string;
  readonly size: number;
  /** Shown by `docker history`. */
  readonly createdBy: string;
  open(): Readable;
}

export interface ArchiveImage {
  readonly tags: readonly string[];
  readonly layers: readonly ArchiveLayer[];
  readonly architecture: string;
  readonly created: Date;
  /** The image's `Config`, as the Engine API has it. */
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * A docker-archive for `docker load`. The same images give the same bytes, and so the same image ids; `docker import`
 * and `docker build` would put the current time into them. A layer that several images share is written once.
 */
export function writeDockerArchive(images: readonly ArchiveImage[], created: Date): Readable {
  const configs = images.map((image) => JSON.stringify(imageConfig(image)));
  const manifest = images.map((image, index) => ({
    Config: configName(configs[index] ?? ''),
    RepoTags: image.tags,
    Layers: image.layers.map(layerName),
  }));
  const layers = new Map(images.flatMap((image) => image.layers.map((layer) => [layer.digest, layer])));
  return tarStream(async (archive) => {
    archive.entry({ name: 'manifest.json', mtime: created }, JSON.stringify(manifest));
    for (const config of new Set(configs)) archive.entry({ name: configName(config), mtime: created }, config);
    for (const layer of layers.values()) {
      await writeEntry(archive, { name: layerName(layer), size: layer.size, mtime: created }, layer.open());
    }
  });
}

function imageConfig({ layers, architecture, created, config }: ArchiveImage): Record<string, unknown> {
  const date = created.toISOString();
  return {
    architecture,
    os: 'linux',
    created: date,
    config,
    rootfs: { type: 'layers', diff_ids: layers.map((layer) => `sha256:${layer.digest}`) },
    history: layers.map((layer) => ({ created: date, created_by: layer.createdBy })),
  };
}

function configName(config: string): string {
  return `${createHash('sha256').update(config).digest('hex')}.json`;
}

function layerName(layer: ArchiveLayer): string {
  return `${layer.digest}/layer.tar`;
}
