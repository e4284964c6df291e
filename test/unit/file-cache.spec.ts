import { chmod, chown, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Remembered } from '../../src/lib/file-cache.ts';
import { readTrustedFile, writeTrustedFile } from '../../src/lib/trusted-file.ts';

function contentOf(path: string): string {
  return readTrustedFile(path)?.toString() ?? '';
}

describe('results of earlier commands', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dockerops-known-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  const recall = (known: Remembered, name: string, digest: string, text = 'text'): Promise<string> =>
    known.recall(name, { text, changed: 0 }, () => digest);

  it('are found by their name as long as the text is the same', async () => {
    const path = join(directory, 'below', 'known.json');
    const first = new Remembered(path);
    expect([await recall(first, 'a', '1'), await recall(first, 'b', '2')]).to.deep.equal(['1', '2']);
    first.save();
    const later = new Remembered(path);
    expect([
      await recall(later, 'a', 'new'),
      await recall(later, 'b', 'new'),
      await recall(later, 'b', 'new', 'other'),
      await recall(later, 'c', 'new'),
    ]).to.deep.equal(['1', '2', 'new', 'new']);
  });

  it('are for nobody else to read', async () => {
    const path = join(directory, 'known.json');
    const known = new Remembered(path);
    await recall(known, 'a', '1');
    known.save();
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
  });

  it('are written only when there is a new one', async () => {
    const path = join(directory, 'known.json');
    writeTrustedFile(path, '[["a", ["text", "1"]]]');
    const known = new Remembered(path);
    expect(await recall(known, 'a', 'new')).to.equal('1');
    known.save();
    expect(contentOf(path)).to.equal('[["a", ["text", "1"]]]');
  });

  it('are made again when the file is damaged', async () => {
    const path = join(directory, 'known.json');
    writeTrustedFile(path, '[["a", ["text", "1"]]]');
    await writeFile(path, (await readFile(path, 'utf8')).replace('1', '2'));
    const known = new Remembered(path);
    expect(await recall(known, 'a', 'new')).to.equal('new');
    known.save();
    expect(contentOf(path)).to.equal('[["a",["text","new"]]]');
  });

  it('go with the place that they are of', async () => {
    const path = join(directory, 'known.json');
    await writeFile(join(directory, 'Dockerfile'), '');
    const of = (...names: string[]): string => JSON.stringify(names.map((name) => [name, ['text', '1']]));
    writeTrustedFile(path, of(`folder ${directory}/Dockerfile`, `folder ${directory}/gone/Dockerfile`, 'asked'));
    const known = new Remembered(path);
    await recall(known, 'asked', 'new');
    await recall(known, 'new', '1');
    known.save();
    expect(contentOf(path)).to.equal(of(`folder ${directory}/Dockerfile`, 'asked', 'new'));
  });

  it('that have become too many are those of this run', async () => {
    const path = join(directory, 'known.json');
    writeTrustedFile(
      path,
      JSON.stringify([
        ['old', ['x'.repeat(1024 * 1024), '1']],
        ['asked', ['text', '2']],
      ]),
    );
    const known = new Remembered(path);
    expect([await recall(known, 'asked', 'new'), await recall(known, 'new', '3')]).to.deep.equal(['2', '3']);
    known.save();
    expect(JSON.parse(contentOf(path))).to.deep.equal([
      ['asked', ['text', '2']],
      ['new', ['text', '3']],
    ]);
  });

  it("are not kept in a home that is somebody else's", async function () {
    if (process.getuid?.() !== 0) return this.skip();
    const theirs = join(directory, 'theirs');
    await mkdir(theirs);
    await chown(theirs, 1000, 1000);
    const known = new Remembered(join(theirs, 'below', 'known.json'));
    await recall(known, 'a', '1');
    known.save();
    expect(await readdir(theirs)).to.deep.equal([]);
  });

  it('that cannot be kept are no failure', async () => {
    await writeFile(join(directory, 'file'), '');
    await chmod(join(directory, 'file'), 0o400);
    for (const path of [join(directory, 'file', 'known.json'), join(directory, 'file', 'below', 'known.json')]) {
      const known = new Remembered(path);
      await recall(known, 'a', '1');
      expect(() => {
        known.save();
      }).to.not.throw();
    }
  });
});
