import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';

export interface ArchivedImage {
  readonly id: string;
  readonly references: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly layers: readonly string[];
  /** What made them, the last first. */
  readonly history: readonly string[];
  readonly config: Buffer;
  /** By layer; without those that the archive does not have. */
  readonly contents: ReadonlyMap<string, Buffer>;
}

/** The images of a docker-archive, as `docker load` would see them: the id is the digest of the config. */
export async function readDockerArchive(archive: Readable): Promise<readonly ArchivedImage[]> {
  const files = new Map<string, Buffer>();
  for await (const entry of archive.pipe(extract())) files.set(entry.header.name, await buffer(entry));
  const manifest = JSON.parse(String(files.get('manifest.json'))) as readonly {
    readonly Config: string;
    readonly RepoTags: readonly string[] | null;
    readonly Layers: readonly string[];
  }[];
  return manifest.map(({ Config, RepoTags, Layers }) => {
    const config = files.get(Config) ?? Buffer.alloc(0);
    const document = JSON.parse(config.toString('utf8')) as {
      readonly config?: { readonly Labels?: Readonly<Record<string, string>> };
      readonly rootfs?: { readonly diff_ids?: readonly string[] };
      readonly history?: readonly { readonly created_by?: string }[];
    };
    const layers = document.rootfs?.diff_ids ?? [];
    return {
      id: `sha256:${createHash('sha256').update(config).digest('hex')}`,
      references: RepoTags ?? [],
      labels: document.config?.Labels ?? {},
      layers,
      history: (document.history ?? []).map(({ created_by: text = '' }) => text).reverse(),
      config,
      contents: new Map(
        layers.flatMap((layer, index) => {
          const content = files.get(Layers[index] ?? '');
          return content === undefined ? [] : [[layer, content] as const];
        }),
      ),
    };
  });
}

/** The same back to an archive, with one reference for each image. */
export function writeImages(images: readonly (readonly [string, ArchivedImage])[]): Readable {
  const tar = pack();
  const pathOf = (layer: string): string => `${layer.replace('sha256:', '')}/layer.tar`;
  for (const [, { id, config, contents }] of images) {
    tar.entry({ name: `${id.replace('sha256:', '')}.json` }, config);
    for (const [layer, content] of contents) tar.entry({ name: pathOf(layer) }, content);
  }
  const manifest = images.map(([reference, { id, layers }]) => ({
    Config: `${id.replace('sha256:', '')}.json`,
    RepoTags: [reference],
    Layers: layers.map(pathOf),
  }));
  tar.entry({ name: 'manifest.json' }, JSON.stringify(manifest));
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}
