import { expect } from 'chai';
import { chmod, mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pack } from 'tar-stream';
import { baseImageSet } from '../../../../src/lib/build/base-images/base-image-set.ts';
import { type LockedSuite, suitesInHistory } from '../../../../src/lib/model/lock.ts';
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
    [made, told, suites] = [0, [], []];
  });
  afterEach(() => rm(directory, { recursive: true }));

  let suites: readonly LockedSuite[];
  const make = async (
    cacheDirectory: string | undefined,
    more: Partial<Parameters<typeof makeBaseArchive>[1]> = {},
  ): Promise<Buffer> => {
    const set = await baseImageSet('debian12', new URL('../../../../base-image', import.meta.url).pathname, 'amd64');
    const archive = await makeBaseArchive(set, {
      kinds: ['base'],
      cache: true,
      cacheDirectory,
      progress: (text) => told.push(text),
      machine: { platform: 'darwin', isRoot: false, arch: 'amd64', hasMmdebstrap: false },
      mirrors: [],
      ...more,
      runInContainer: async ({ onLine }) => {
        made += 1;
        for (const { name, date, sha256 } of suites) onLine(`dockerops: suite ${name} ${sha256} ${date}`);
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

  describe('of a state of the package archive', () => {
    const suite = (name: string, digit: string): LockedSuite => ({
      name,
      date: `Sat, 1${digit} Jul 2026 10:16:37 UTC`,
      sha256: digit.repeat(64),
    });
    const historyOf = (archive: Buffer): readonly string[] =>
      [...archive.toString('latin1').matchAll(/"created_by":("(?:[^"\\]|\\.)*")/g)].map(
        ([, text = '']) => JSON.parse(text) as string,
      );
    beforeEach(() => {
      suites = [suite('bookworm-updates', '2'), suite('bookworm', '1')];
    });

    it('tells it in the history of the image, also when the tree is kept, and in no layer', async () => {
      const sorted = suites.toReversed();
      expect(suitesInHistory(historyOf(await make(directory)))).to.deep.equal(sorted);
      suites = [];
      const again = await make(directory);
      expect([made, suitesInHistory(historyOf(again))]).to.deep.equal([1, sorted]);
    });

    it('uses a tree that is kept if it is of the locked state, and makes another one if it is not', async () => {
      await make(directory);
      await make(directory, { locked: suites });
      expect(made).to.equal(1);
      suites = [suite('bookworm-updates', '3'), suite('bookworm', '1')];
      expect(suitesInHistory(historyOf(await make(directory, { locked: suites })))[1]).to.deep.equal(suites[0]);
      expect(made).to.equal(2);
    });

    it('names the suite that has moved on, is new, or is gone', async () => {
      const errorOf = (locked: readonly LockedSuite[]): Promise<string> =>
        make(directory, { locked }).then(
          () => '',
          (error: unknown) => (error as Error).message,
        );
      expect(await errorOf([suite('bookworm-updates', '4'), suite('bookworm', '1')])).to.equal(
        'the package archive has moved on: suite bookworm-updates is locked as of Sat, 14 Jul 2026 10:16:37 UTC, ' +
          'and the archive has it as of Sat, 12 Jul 2026 10:16:37 UTC',
      );
      expect(await errorOf([suite('bookworm', '1')])).to.include('bookworm-updates is not in the lock');
      expect(await errorOf([...suites, suite('bookworm-security', '5')])).to.match(/-security.* does not have it$/);
    });
  });
});
