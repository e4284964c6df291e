import { expect } from 'chai';
import fc from 'fast-check';
import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { gzipSync } from 'node:zlib';
import { extract, pack } from 'tar-stream';
import { checksumName, endOfTar, manifestName, smallFile } from '../../../../src/lib/apply/data/backup-format.ts';
import { checkBackup } from '../../../../src/lib/apply/data/check-backup.ts';
import { tarEntries } from '../../../../src/lib/apply/data/tar-entries.ts';
import { sealHeader } from '../../../../src/lib/apply/data/tar-header.ts';

const manifest = {
  format: 1,
  project: 'demo',
  service: 'db',
  instance: 'main',
  image: 'demo/db',
  host: 'h',
  created: '2026-01-02T03:04:05.000Z',
  taken: 'paused',
  folders: ['data'],
};

async function tarOf(files: Readonly<Record<string, Buffer>>): Promise<Buffer> {
  const tar = pack();
  for (const [name, content] of Object.entries(files)) tar.entry({ name, mode: 0o640, uid: 70000, gid: 5 }, content);
  tar.finalize();
  return buffer(Readable.from(tar, { objectMode: false }));
}

async function backupOf(content: Buffer, more: object = {}): Promise<Buffer> {
  const entries = await buffer(
    Readable.from(
      tarEntries(chunked(await tarOf({ 'data/file': content, [`data/${'long/'.repeat(40)}name`]: content }), 700)),
      { objectMode: false },
    ),
  );
  const whole = Buffer.concat([
    await smallFile(manifestName, Buffer.from(JSON.stringify({ ...manifest, ...more }))),
    entries,
  ]);
  return Buffer.concat([
    whole,
    await smallFile(checksumName, Buffer.from(`${createHash('sha256').update(whole).digest('hex')}\n`)),
    endOfTar,
  ]);
}

async function* chunked(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

describe('a backup file', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dockerops-backup-'));
  });
  after(() => rm(directory, { recursive: true }));
  const { signal } = new AbortController();
  const check = async (bytes: Buffer, name = 'file.tar'): ReturnType<typeof checkBackup> => {
    await writeFile(join(directory, name), bytes);
    return checkBackup(join(directory, name), signal);
  };
  const complaint = async (bytes: Buffer, name?: string): Promise<string> =>
    check(bytes, name).then(
      () => '',
      (error: unknown) => (error as Error).message,
    );

  it('has its parts in one tar that any reader reads', async () => {
    const names: string[] = [];
    const reader = Readable.from([await backupOf(Buffer.from('x'))]).pipe(extract());
    for await (const entry of reader) {
      names.push(entry.header.name);
      entry.resume();
    }
    expect(names).to.deep.equal([manifestName, 'data/file', `data/${'long/'.repeat(40)}name`, checksumName]);
  });

  it('is whole or not, plain and compressed, whatever is in it', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 5000 }), async (content) => {
        const bytes = await backupOf(Buffer.from(content));
        expect((await check(bytes)).manifest).to.deep.equal(manifest);
        expect((await check(gzipSync(bytes), 'file.tar.gz')).manifest).to.deep.equal(manifest);
      }),
      { numRuns: 20 },
    );
  });

  it('is refused when a byte of its data changed, or its end is missing', async () => {
    const bytes = await backupOf(Buffer.alloc(3000, 'a'));
    const changed = Buffer.from(bytes);
    changed[2000] = 'b'.charCodeAt(0);
    expect(await complaint(changed)).to.contain('its checksum does not agree');
    expect(await complaint(bytes.subarray(0, 2048))).to.contain('cut off');
    expect(await complaint(gzipSync(bytes).subarray(0, 100), 'file.tar.gz')).to.contain('is damaged');
  });

  it('is refused when it is something else', async () => {
    expect(await complaint(await tarOf({ 'data/file': Buffer.from('x') }))).to.contain('is not a backup');
    expect(await complaint(await backupOf(Buffer.from('x'), { folders: ['../etc'] }))).to.contain('another version');
  });

  it('is refused when it lacks a folder that it says it has', async () => {
    expect(await complaint(await backupOf(Buffer.from('x'), { folders: ['data', 'log'] }))).to.contain(
      'has no folder log',
    );
  });

  it('is refused when something was put behind its checksum', async () => {
    const bytes = await backupOf(Buffer.from('x'));
    const more = Buffer.concat([
      bytes.subarray(0, -endOfTar.length),
      await smallFile('data/other', Buffer.alloc(70_000)),
      endOfTar,
    ]);
    expect(await complaint(more)).to.contain('goes on after its checksum');
  });

  it('takes what is called as its checksum, but lies deep in the data, for data', async () => {
    const name = `data/${'x'.repeat(120)}/${checksumName}`;
    const entries = await buffer(
      Readable.from(tarEntries(chunked(await tarOf({ [name]: Buffer.alloc(200_000, 'y') }), 700)), {
        objectMode: false,
      }),
    );
    expect(entries.toString('latin1').split(checksumName), 'in the name field alone').to.have.lengthOf(2);
    const whole = Buffer.concat([await smallFile(manifestName, Buffer.from(JSON.stringify(manifest))), entries]);
    const sum = await smallFile(checksumName, Buffer.from(createHash('sha256').update(whole).digest('hex')));
    expect((await check(Buffer.concat([whole, sum, endOfTar]))).manifest).to.deep.equal(manifest);
  });

  it('keeps files of 8 GiB and more, whose size the engine writes in an extended header alone', async () => {
    const content = Buffer.alloc(3 * 512);
    const extended = await smallFile('data/PaxHeaders.0/big', Buffer.from(`13 size=${String(content.length)}\n`));
    extended[156] = 'x'.charCodeAt(0);
    sealHeader(extended.subarray(0, 512));
    const tar = Buffer.concat([
      extended,
      await smallFile('data/big', Buffer.alloc(0)),
      content,
      await smallFile('data/next', Buffer.from('x')),
    ]);
    for (const size of [300, 512, 5000]) {
      const entries = await buffer(
        Readable.from(tarEntries(chunked(Buffer.concat([tar, endOfTar]), size)), { objectMode: false }),
      );
      expect(entries.equals(tar), `in chunks of ${String(size)}`).to.equal(true);
    }
  });

  it('is not made of what is no tar', async () => {
    const junk = buffer(Readable.from(tarEntries(chunked(Buffer.alloc(4000, 'z'), 512)), { objectMode: false }));
    expect(
      await junk.then(
        () => '',
        (error: unknown) => (error as Error).message,
      ),
    ).to.contain('changed while it was read');
  });

  it('is not made of a tar that was cut off', async () => {
    const tar = await tarOf({ 'data/file': Buffer.alloc(2000) });
    const cut = buffer(Readable.from(tarEntries(chunked(tar.subarray(0, 1500), 512)), { objectMode: false }));
    expect(
      await cut.then(
        () => '',
        (error: unknown) => (error as Error).message,
      ),
    ).to.contain('changed while it was read');
  });
});
