import { expect } from 'chai';
import fc from 'fast-check';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { extract, pack, type Header, type Pack } from 'tar-stream';
import { restoredEntries, type LeftOut } from '../../../../src/lib/apply/data/restored-entries.ts';
import { field, sealHeader } from '../../../../src/lib/apply/data/tar-header.ts';
import { OperationFailed } from '../../../../src/lib/errors.ts';

async function tarWith(fill: (tar: Pack) => void): Promise<Buffer> {
  const tar = pack();
  fill(tar);
  tar.finalize();
  return buffer(Readable.from(tar, { objectMode: false }));
}

async function* chunked(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function restored(
  tar: Buffer,
  { sameModes = false, chunk = 700 } = {},
): Promise<{ readonly tar: Buffer; readonly leftOut: LeftOut }> {
  const leftOut = { special: 0, privileged: 0 };
  const entries = restoredEntries(chunked(tar, chunk), { sameModes }, leftOut);
  return { tar: await buffer(Readable.from(entries, { objectMode: false })), leftOut };
}

async function headersIn(tar: Buffer): Promise<readonly Header[]> {
  const headers: Header[] = [];
  for await (const entry of Readable.from([tar], { objectMode: false }).pipe(extract())) {
    headers.push(entry.header);
    entry.resume();
  }
  return headers;
}

async function complaint(tar: Buffer): Promise<string> {
  const error: unknown = await restored(tar).catch((thrown: unknown) => thrown);
  expect(error).to.be.instanceOf(OperationFailed);
  return (error as OperationFailed).message;
}

/** With one header's field set to other text. */
function withHeaderText(tar: Buffer, at: number, text: string, header = 0): Buffer {
  const changed = Buffer.from(tar);
  changed.write(text, header + at, 'latin1');
  sealHeader(changed.subarray(header, header + 512));
  return changed;
}

describe('what a restore unpacks', () => {
  it('is what was saved, byte for byte, where nothing in it gives rights', async () => {
    const file = fc.record({
      name: fc.stringMatching(/^[a-zé/]{1,150}[a-z]$/),
      content: fc.uint8Array({ maxLength: 2000 }),
      mode: fc.integer({ min: 0, max: 0o1777 }),
      uid: fc.integer({ min: 0, max: 100_000 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(file, { maxLength: 5 }), fc.integer({ min: 1, max: 3000 }), async (files, chunk) => {
        const tar = await tarWith((one) => {
          for (const { content, ...header } of files) one.entry(header, Buffer.from(content));
        });
        const { tar: result, leftOut } = await restored(tar, { chunk });
        expect(result.equals(tar)).to.equal(true);
        expect(leftOut).to.deep.equal({ special: 0, privileged: 0 });
      }),
      { numRuns: 50 },
    );
  });

  it('has no devices and named pipes, nor other names of them', async () => {
    const tar = await tarWith((one) => {
      one.entry({ name: 'data/disk', type: 'block-device', devmajor: 8, devminor: 0 });
      one.entry({ name: './data/null', type: 'character-device', devmajor: 1, devminor: 3 });
      one.entry({ name: 'data/pipe', type: 'fifo' });
      one.entry({ name: `data/${'long/'.repeat(60)}pipe`, type: 'fifo' });
      one.entry({ name: 'data/again', type: 'link', linkname: 'data/null' });
      one.entry({ name: 'data/file' }, 'x');
      one.entry({ name: 'data/same', type: 'link', linkname: 'data/file' });
    });
    for (const sameModes of [false, true]) {
      const { tar: result, leftOut } = await restored(tar, { sameModes });
      expect((await headersIn(result)).map(({ name }) => name)).to.deep.equal(['data/file', 'data/same']);
      expect(leftOut.special).to.equal(5);
    }
  });

  it('has no setuid or setgid file and no capabilities, unless they are asked for', async () => {
    const capable = { 'SCHILY.xattr.security.capability': 'x', 'SCHILY.xattr.user.note': 'mine' };
    const tar = await tarWith((one) => {
      one.entry({ name: 'data/shell', mode: 0o4755 }, 'x');
      one.entry({ name: 'data/group', mode: 0o2750 }, 'x');
      one.entry({ name: 'data/other', mode: 0o6755, type: 'link', linkname: 'data/plain' });
      one.entry({ name: 'data/ping', mode: 0o755, pax: capable }, 'x');
      one.entry({ name: 'data/labelled', mode: 0o755, pax: { 'SCHILY.xattr.trusted.x': 'y' } }, 'x');
      one.entry({ name: 'data/shared', mode: 0o3775, type: 'directory' });
      one.entry({ name: 'data/sticky', mode: 0o1644 }, 'x');
    });
    const { tar: result, leftOut } = await restored(tar);
    const headers = await headersIn(result);
    expect(headers.map(({ name, mode }) => `${name} ${mode.toString(8)}`)).to.deep.equal([
      'data/shell 755',
      'data/group 750',
      'data/other 755',
      'data/ping 755',
      'data/labelled 755',
      'data/shared 3775',
      'data/sticky 1644',
    ]);
    const attributes = headers.flatMap(({ pax }) => Object.keys(pax ?? {})).filter((key) => key !== 'path');
    expect(attributes).to.deep.equal(['SCHILY.xattr.user.note']);
    expect(leftOut.privileged).to.equal(5);
    expect((await restored(tar, { sameModes: true })).tar.equals(tar)).to.equal(true);
  });

  it('is refused where another reader could see other entries than this one', async () => {
    const hidden = await tarWith((one) => one.entry({ name: 'data/disk', type: 'block-device' }));
    const plain = await tarWith((one) => one.entry({ name: 'data/file' }, hidden.subarray(0, 512)));
    expect(await complaint(withHeaderText(plain, 156, '5')), 'a directory with content').to.contain('has content');
    expect(await complaint(withHeaderText(plain, 0, 'data/dir/\0')), 'as old tars have one').to.contain('has content');
    expect(await complaint(withHeaderText(plain, 156, 'S')), 'a sparse file of GNU').to.contain('unknown type "S"');
    expect(await complaint(withHeaderText(plain, field.size[0], '00000001000x')), 'a number').to.contain('number');
    expect(await complaint(Buffer.concat([Buffer.from('x'), plain.subarray(1)]))).to.contain('checksum');
    expect(await complaint(plain.subarray(0, 600))).to.contain('cut off');
    const twice = await tarWith((one) => one.entry({ name: 'data/file', pax: { size: '0', ' size': '512' } }, 'x'));
    const records = Buffer.from(twice.toString('latin1').replace('  size=512', ' size=0512'), 'latin1');
    expect(await complaint(records)).to.contain('twice');
  });

  it('keeps names that are no UTF-8 and owners that need an extended header', async () => {
    const name = Buffer.from([0x64, 0x2f, 0xe9, 0xff]);
    const tar = await tarWith((one) => one.entry({ name: 'd/ab', mode: 0o4755, pax: { uid: '3000000000' } }, 'x'));
    const at = tar.indexOf('d/ab', 512);
    name.copy(tar, at);
    const { tar: result } = await restored(tar);
    expect(result.includes(name)).to.equal(true);
    expect((await headersIn(result))[0]?.pax).to.include({ uid: '3000000000' });
  });
});
