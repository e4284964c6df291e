import { createHash } from 'node:crypto';
import { chmod, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { expect } from 'chai';
import { type CachedFile, openCachedFile } from '../../../../src/lib/build/base-images/cached-file.ts';
import { OperationFailed } from '../../../../src/lib/errors.ts';

const digestOf = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('cached file', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dockerops-test-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  const read = async (content: () => Readable, change: Partial<CachedFile> = {}): Promise<string> => {
    const { handle, digest } = await openCachedFile({
      directory,
      prefix: 'os',
      key: 'k',
      useExisting: true,
      make: async () => content(),
      ...change,
    });
    const text = await handle.readFile('utf8').finally(() => handle.close());
    expect(digest).to.equal(digestOf(text));
    return text;
  };
  const failing = (error: Error): Readable =>
    Readable.from(
      (async function* () {
        yield 'half';
        throw error;
      })(),
    );

  const nameOf = (text: string): string => `os-k-${digestOf(text)}.tar`;

  it('is made once', async () => {
    expect(await read(() => Readable.from(['one']))).to.equal('one');
    expect(await read(() => Readable.from(['two']))).to.equal('one');
  });

  it('is made anew when what is there shall not be used, and replaces it', async () => {
    await read(() => Readable.from(['one']));
    expect(await read(() => Readable.from(['two']), { useExisting: false })).to.equal('two');
    expect(await readdir(directory)).to.deep.equal([nameOf('two')]);
  });

  it('is made anew when what is there is a link, or others could have written it', async () => {
    await read(() => Readable.from(['one']));
    await chmod(join(directory, nameOf('one')), 0o666);
    expect(await read(() => Readable.from(['two']))).to.equal('two');
    await rm(join(directory, nameOf('two')));
    await writeFile(join(directory, 'elsewhere'), 'one');
    await symlink('elsewhere', join(directory, nameOf('one')));
    expect(await read(() => Readable.from(['three']))).to.equal('three');
    expect(await readFile(join(directory, 'elsewhere'), 'utf8')).to.equal('one');
  });

  it('leaves nothing behind when the making fails', async () => {
    const error = await read(() => failing(new Error('mirror gone'))).catch((reason: unknown) => reason);
    expect(error).to.have.property('message', 'mirror gone');
    expect(await readdir(directory)).to.deep.equal([]);
  });

  it('says so when the disk is full', async () => {
    const error = await read(() => failing(Object.assign(new Error('write'), { code: 'ENOSPC' }))).catch(
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(OperationFailed).with.property('message').that.includes('the disk is full');
  });

  it('two at once both get a whole file', async () => {
    const slow = (): Readable => Readable.from(['a', 'b', 'c']);
    expect(await Promise.all([read(slow), read(slow)])).to.deep.equal(['abc', 'abc']);
    expect(await readdir(directory)).to.deep.equal([nameOf('abc')]);
  });

  it('removes old parts of killed makings and what was replaced long ago', async () => {
    for (const name of ['.os-1-abc.part', 'os-old.tar', `os-old-${digestOf('')}.tar`, 'other-old.tar']) {
      await writeFile(join(directory, name), '');
      await utimes(join(directory, name), 1, 1);
    }
    await read(() => Readable.from(['one']));
    expect((await readdir(directory)).sort()).to.deep.equal([nameOf('one'), 'other-old.tar']);
  });
});
