import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { extract } from 'tar-stream';

export interface ArchivedImage {
  readonly id: string;
  readonly references: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  readonly layers: readonly string[];
}

/** The images of a docker-archive, as `docker load` would see them: the id is the digest of the config. */
export async function readDockerArchive(archive: Readable): Promise<readonly ArchivedImage[]> {
  const documents = new Map<string, Buffer>();
  for await (const entry of archive.pipe(extract())) {
    const chunks: Buffer[] = [];
    for await (const chunk of entry) chunks.push(chunk as Buffer);
    if (entry.header.name.endsWith('.json')) documents.set(entry.header.name, Buffer.concat(chunks));
  }
  const manifest = JSON.parse(String(documents.get('manifest.json'))) as readonly {
    readonly Config: string;
    readonly RepoTags: readonly string[] | null;
  }[];
  return manifest.map(({ Config, RepoTags }) => {
    const content = documents.get(Config) ?? Buffer.alloc(0);
    const { config, rootfs } = JSON.parse(content.toString('utf8')) as {
      readonly config?: { readonly Labels?: Readonly<Record<string, string>> };
      readonly rootfs?: { readonly diff_ids?: readonly string[] };
    };
    return {
      id: `sha256:${createHash('sha256').update(content).digest('hex')}`,
      references: RepoTags ?? [],
      labels: config?.Labels ?? {},
      layers: rootfs?.diff_ids ?? [],
    };
  });
}
