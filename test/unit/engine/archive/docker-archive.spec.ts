import { createHash } from 'node:crypto';
import { PassThrough, Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { expect } from 'chai';
import {
  type ArchiveImage,
  type ArchiveLayer,
  writeDockerArchive,
} from '../../../../src/lib/engine/archive/docker-archive.ts';
import { readTar } from '../../../../src/lib/build/base-images/tar-index.ts';

const created = new Date('2023-06-10T00:00:00Z');

function layer(content: string): ArchiveLayer {
  const bytes = Buffer.from(content);
  const digest = createHash('sha256').update(bytes).digest('hex');
  return { digest, size: bytes.length, createdBy: 'test', open: () => Readable.from([bytes]) };
}

function image(tag: string, ...layers: readonly ArchiveLayer[]): ArchiveImage {
  return { tags: [tag], layers, architecture: 'amd64', created, config: { Cmd: ['supervisord'] } };
}

async function entriesOf(images: readonly ArchiveImage[]): Promise<[string, string][]> {
  const entries: [string, string][] = [];
  await readTar(writeDockerArchive(images, created), new PassThrough(), async ({ name }, content) => {
    entries.push([name, await text(Readable.from(content))]);
  });
  return entries;
}

describe('docker archive', () => {
  it('the same images give the same bytes', async () => {
    const write = (): Promise<Buffer> => buffer(writeDockerArchive([image('a:latest', layer('one'))], created));
    expect((await write()).equals(await write())).to.equal(true);
  });

  it('the manifest names config, tags and layers of each image', async () => {
    const entries = new Map(await entriesOf([image('a:latest', layer('one'), layer('two'))]));
    const [manifest] = JSON.parse(entries.get('manifest.json') ?? '') as {
      Config: string;
      RepoTags: string[];
      Layers: string[];
    }[];
    expect(manifest?.RepoTags).to.deep.equal(['a:latest']);
    expect(manifest?.Layers.map((name) => entries.get(name))).to.deep.equal(['one', 'two']);
    const config = entries.get(manifest?.Config ?? '') ?? '';
    expect(manifest?.Config).to.equal(`${createHash('sha256').update(config).digest('hex')}.json`);
    expect(JSON.parse(config)).to.have.nested.property('rootfs.diff_ids[0]', `sha256:${layer('one').digest}`);
  });

  it('a layer that two images share is written once', async () => {
    const shared = layer('shared');
    const names = (await entriesOf([image('a:latest', shared), image('b:latest', shared, layer('more'))])).map(
      ([name]) => name,
    );
    expect(names.filter((name) => name.startsWith(shared.digest))).to.have.length(1);
  });

  it('a layer that cannot be read fails the archive', async () => {
    const broken = {
      ...layer('x'),
      open: () =>
        Readable.from(
          (function* () {
            throw new Error('disk gone');
          })(),
        ),
    };
    const error = await buffer(writeDockerArchive([image('a:latest', broken)], created)).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.have.property('message', 'disk gone');
  });
});
