import { expect } from 'chai';
import { chmod, mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { baseImageSet } from '../../../../src/lib/build/base-images/base-image-set.ts';
import { makeBaseArchive } from '../../../../src/lib/build/base-images/make-base-archive.ts';

/** An OS tree with one file, as mmdebstrap in a container would write it. */
function treeWith(content: string): Readable {
  const tar = pack();
  tar.entry({ name: './etc/issue' }, content);
  tar.finalize();
  return Readable.from(tar, { objectMode: false });
}

describe('the archive of base images', () => {
  let directory: string;
  let made: number;
  let told: string[];
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dops-test-trees-'));
    [made, told] = [0, []];
  });
  afterEach(() => rm(directory, { recursive: true }));

  const make = async (cacheDirectory: string | undefined): Promise<Buffer> => {
    const set = await baseImageSet('debian12', new URL('../../../../base-image', import.meta.url).pathname, 'amd64');
    const archive = await makeBaseArchive(set, {
      kinds: ['base'],
      cache: true,
      cacheDirectory,
      progress: (text) => told.push(text),
      machine: { platform: 'darwin', isRoot: false, arch: 'amd64', hasMmdebstrap: false },
      mirrors: [],
      runInContainer: async () => {
        made += 1;
        return treeWith(`tree ${String(made)}`);
      },
    });
    return buffer(archive);
  };
  const treeIn = async (): Promise<string> => join(directory, (await readdir(directory))[0] ?? '');

  it('is of the OS tree that is kept', async () => {
    const first = await make(directory);
    expect((await make(directory)).equals(first)).to.equal(true);
    expect([made, (await stat(await treeIn())).mode & 0o777]).to.deep.equal([1, 0o600]);
  });

  it('is of a new OS tree where the one that is kept is damaged', async () => {
    for (const place of [0, 520, 1100]) {
      const before = made;
      const intact = await make(directory);
      const file = await open(await treeIn(), 'r+');
      await file.write('X', place);
      await file.close();
      const next = await make(directory);
      expect(made, `byte ${String(place)}`).to.equal(before + (before === 0 ? 2 : 1));
      expect(next.equals(intact)).to.equal(false);
      expect(await readdir(directory)).to.have.length(1);
    }
  });

  it('is made, and said to be kept nowhere, where others could change what is kept', async () => {
    await make(directory);
    await chmod(directory, 0o777);
    for (const cache of [directory, join(directory, 'below'), undefined]) {
      expect(await make(cache))
        .to.have.property('length')
        .that.is.greaterThan(1000);
      expect(told.join()).to.contain('are not kept');
    }
    expect([made, await readdir(directory)])
      .to.have.nested.property('[1]')
      .that.has.length(1);
    expect(made).to.equal(4);
  });
});
