import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { expect } from 'chai';
import { type Header, pack } from 'tar-stream';
import { compareTars, writeDifference } from '../../../../src/lib/build/base-images/tar-difference.ts';
import { indexTar, readTar } from '../../../../src/lib/build/base-images/tar-index.ts';

type Entry = Partial<Header> & { readonly name: string; readonly content?: string };

async function tarOf(entries: readonly Entry[]): Promise<Buffer> {
  const tar = pack();
  for (const { content, ...header } of entries) tar.entry(header, content ?? '');
  tar.finalize();
  return buffer(Readable.from(tar, { objectMode: false }));
}

async function difference(lower: readonly Entry[], upper: readonly Entry[]): Promise<Record<string, string>> {
  const [lowerTar, upperTar] = [await tarOf(lower), await tarOf(upper)];
  const compared = compareTars(await indexTar(Readable.from([lowerTar])), await indexTar(Readable.from([upperTar])));
  const found: Record<string, string> = {};
  await readTar(
    writeDifference(Readable.from([upperTar]), compared),
    new PassThrough(),
    async ({ name, type }, content) => {
      found[name] =
        type === 'file' ? await new Response(Readable.toWeb(Readable.from(content)) as ReadableStream).text() : type;
    },
  );
  return found;
}

const directory = (name: string): Entry => ({ name, type: 'directory', mode: 0o755 });

describe('difference of two tars', () => {
  it('holds what is new or different, with the directories above it', async () => {
    const lower = [
      directory('./etc/'),
      { name: './etc/same', content: 'a' },
      { name: './etc/passwd', content: 'root' },
    ];
    const upper = [
      directory('./etc/'),
      directory('./etc/bind/'),
      { name: './etc/bind/new', content: 'n' },
      { name: './etc/passwd', content: 'root bind' },
      { name: './etc/same', content: 'a' },
    ];
    expect(await difference(lower, upper)).to.deep.equal({
      'etc/': 'directory',
      'etc/bind/': 'directory',
      'etc/bind/new': 'n',
      'etc/passwd': 'root bind',
    });
  });

  it('does not hold what differs in its time only', async () => {
    const at = (time: number): Entry[] => [{ name: './a', content: 'a', mtime: new Date(time) }];
    expect(await difference(at(1000), at(900_000))).to.deep.equal({});
  });

  it('holds a file whose mode or owner changed', async () => {
    expect(
      await difference([{ name: './a', mode: 0o644, content: 'a' }], [{ name: './a', mode: 0o755, content: 'a' }]),
    ).to.deep.equal({ a: 'a' });
    expect(
      await difference([{ name: './a', uid: 0, content: 'a' }], [{ name: './a', uid: 7, content: 'a' }]),
    ).to.deep.equal({ a: 'a' });
  });

  it('whites out what is gone, a directory once', async () => {
    const lower = [directory('./opt/'), directory('./opt/old/'), { name: './opt/old/a' }, { name: './opt/old/b' }];
    expect(await difference(lower, [directory('./opt/')])).to.deep.equal({ 'opt/': 'directory', 'opt/.wh.old': '' });
  });

  it('keeps all names of one file together, since a link into a lower layer cannot be unpacked', async () => {
    const lower = [{ name: './perl', content: 'p' }];
    const upper = [...lower, { name: './perl5', type: 'link', linkname: './perl' } as const];
    expect(await difference(lower, upper)).to.deep.equal({ perl: 'p', perl5: 'link' });
  });

  it('an index knows size and digest of the whole tar', async () => {
    const tar = await tarOf([{ name: './a', content: 'a' }]);
    const { size, digest } = await indexTar(Readable.from([tar]));
    expect([size, digest.length]).to.deep.equal([tar.length, 64]);
  });
});
