import type { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { parseJson } from '../../json.ts';
import { list, object, text, WrongShape } from '../shape.ts';
import { tarEntries } from './tar-reader.ts';
import { tarStream, writeEntry } from './tar-writer.ts';

/** A layer as an engine has archived it: the tar itself or, in newer engines, a compressed one. */
export interface ArchivedLayer {
  /** Diff id: `sha256:` and the digest of the layer's tar. */
  readonly id: string;
  readonly bytes: number;
}

const manifestName = 'manifest.json';
/** Configs of images with hundreds of layers have 200 kB. */
const maxDocumentBytes = 4 * 2 ** 20;

const manifest = list(object({ Config: text, Layers: list(text) }));
const config = object({ rootfs: object({ diff_ids: list(text) }) });

/**
 * Reads a docker-archive to its end for its layers, by their paths. Rejects with WrongShape when it is none. Source:
 * https://github.com/moby/docker-image-spec, "Combined Image JSON + Filesystem Changeset Format".
 */
export async function readArchivedLayers(archive: Readable): Promise<ReadonlyMap<string, ArchivedLayer>> {
  const documents = new Map<string, Buffer>();
  const sizes = new Map<string, number>();
  for await (const entry of tarEntries(archive)) {
    const { name, type, size } = entry.header;
    sizes.set(name, size);
    const content = type === 'file' && size < maxDocumentBytes ? await buffer(entry) : undefined;
    if (content === undefined) entry.resume();
    else if (isDocument(content)) documents.set(name, content);
  }
  const read = (name: string): unknown => parseJson(documents.get(name)?.toString('utf8') ?? 'null');
  return new Map(
    manifest(read(manifestName), manifestName).flatMap(({ Config, Layers }) => {
      const { diff_ids: ids } = config(read(Config), Config).rootfs;
      if (ids.length !== Layers.length) throw new WrongShape(`${Config} has other layers than ${manifestName}`);
      return Layers.map((path, at) => [path, { id: ids[at] ?? '', bytes: sizes.get(path) ?? 0 }] as const);
    }),
  );
}

/** Of everything in an archive only the manifest and configs begin like JSON. */
function isDocument(content: Buffer): boolean {
  return [0x7b, 0x5b].includes(content[0] ?? 0);
}

/** The archive without the contents at some paths: layers that an engine has, it does not look for. */
export function withoutPaths(archive: Readable, leftOut: ReadonlySet<string>): Readable {
  return tarStream(async (thin) => {
    for await (const entry of tarEntries(archive)) {
      if (leftOut.has(entry.header.name)) entry.resume();
      else await writeEntry(thin, entry.header, entry as AsyncIterable<Uint8Array>);
    }
  });
}
