import { PassThrough, Readable } from 'node:stream';
import { expect } from 'chai';
import { makeRootfsLayer } from '../../../../src/lib/build/base-images/rootfs-layer.ts';
import { readTar } from '../../../../src/lib/build/base-images/tar-index.ts';

const files = [
  { path: 'usr/local/bin/tool', mode: 0o755, content: Buffer.from('#!/bin/sh') },
  { path: 'etc/x.conf', mode: 0o644, content: Buffer.from('x') },
];

async function lines(bytes: Buffer): Promise<string[]> {
  const found: string[] = [];
  await readTar(Readable.from([bytes]), new PassThrough(), async ({ name, mode, uid, gid, mtime }, content) => {
    await Readable.from(content).toArray();
    found.push(`${mode.toString(8)} ${uid}:${gid} ${mtime.getTime() / 1000} ${name}`);
  });
  return found;
}

describe('rootfs layer', () => {
  it('is sorted, owned by root, of one time, with each directory before its content', async () => {
    const bytes = await makeRootfsLayer({ files, emptyDirectories: ['entrypoints'] }, 1000, () => undefined);
    expect(await lines(bytes)).to.deep.equal([
      '755 0:0 1000 entrypoints/',
      '755 0:0 1000 etc/',
      '644 0:0 1000 etc/x.conf',
      '755 0:0 1000 usr/',
      '755 0:0 1000 usr/local/',
      '755 0:0 1000 usr/local/bin/',
      '755 0:0 1000 usr/local/bin/tool',
    ]);
  });

  it('leaves owner and mode of a directory as the layers below have them', async () => {
    const lookup = (path: string): { mode: number; uid: number; gid: number } | undefined =>
      path === 'etc' ? { mode: 0o700, uid: 3, gid: 4 } : undefined;
    const bytes = await makeRootfsLayer({ files: files.slice(1), emptyDirectories: [] }, 1000, lookup);
    expect(await lines(bytes)).to.include('700 3:4 1000 etc/');
  });
});
