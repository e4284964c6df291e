import { chmod, chown, mkdir, mkdtemp, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { KnownDigests } from '../../../src/lib/build/known-digests.ts';

describe('digests of earlier runs', () => {
  let directory = '';
  beforeEach(async () => { directory = await mkdtemp(join(tmpdir(), 'dockerops-known-')); });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('are found by their name as long as the text is the same', () => {
    const path = join(directory, 'below', 'known.json');
    const first = new KnownDigests(path);
    first.keep('a', { text: 'text', changed: 0 }, '1');
    first.keep('b', { text: 'text', changed: 0 }, '2');
    first.save();
    const later = new KnownDigests(path);
    expect([later.find('a', 'text'), later.find('b', 'text'), later.find('a', 'other'), later.find('c', 'text')]).to.deep.equal(['1', '2', undefined, undefined]);
  });

  it('are for nobody else to read', async () => {
    const path = join(directory, 'known.json');
    const known = new KnownDigests(path);
    known.keep('a', { text: 'text', changed: 0 }, '1');
    known.save();
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
  });

  it('are written only when there is a new one', async () => {
    const path = join(directory, 'known.json');
    await writeFile(path, '[["a", ["text", "1"]]]');
    const known = new KnownDigests(path);
    expect(known.find('a', 'text')).to.equal('1');
    known.save();
    expect(await readFile(path, 'utf8')).to.equal('[["a", ["text", "1"]]]');
  });

  it('that have become too many are those of this run', async () => {
    const path = join(directory, 'known.json');
    await writeFile(path, JSON.stringify([['old', ['x'.repeat(1024 * 1024), '1']], ['asked', ['text', '2']]]));
    const known = new KnownDigests(path);
    known.find('asked', 'text');
    known.find('new', 'text');
    known.keep('new', { text: 'text', changed: 0 }, '3');
    known.save();
    expect(JSON.parse(await readFile(path, 'utf8'))).to.deep.equal([['asked', ['text', '2']], ['new', ['text', '3']]]);
  });

  it('are not kept in a home that is somebody else\'s', async function () {
    if (process.getuid?.() !== 0) return this.skip();
    const theirs = join(directory, 'theirs');
    await mkdir(theirs);
    await chown(theirs, 1000, 1000);
    const known = new KnownDigests(join(theirs, 'below', 'known.json'));
    known.keep('a', { text: 'text', changed: 0 }, '1');
    known.save();
    expect(await readdir(theirs)).to.deep.equal([]);
  });

  it('that cannot be kept are no failure', async () => {
    await writeFile(join(directory, 'file'), '');
    await chmod(join(directory, 'file'), 0o400);
    const known = new KnownDigests(join(directory, 'file', 'known.json'));
    known.keep('a', { text: 'text', changed: 0 }, '1');
    expect(() => { known.save(); }).to.not.throw();
  });
});
