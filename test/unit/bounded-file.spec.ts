import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { maxFileBytes, readBoundedFile, readBoundedText, whyUnread } from '../../src/lib/bounded-file.ts';

describe("a user's file", () => {
  let directory: string;
  beforeEach(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'dockerops-bounded-')));
  });
  afterEach(() => {
    rmSync(directory, { recursive: true });
  });

  function write(name: string, content: string | Buffer): string {
    mkdirSync(join(directory, name, '..'), { recursive: true });
    writeFileSync(join(directory, name), content);
    return join(directory, name);
  }
  const codeOf = (read: () => unknown): string => {
    try {
      read();
      return 'read';
    } catch (error) {
      return String((error as { readonly code?: unknown }).code);
    }
  };

  it('is read whole', () => {
    const text = 'żółć\n'.repeat(20_000);
    expect(readBoundedText(write('a', text))).to.equal(text);
    expect(readBoundedText(write('empty', ''))).to.equal('');
  });

  it('that is a pipe or a device is refused at once', () => {
    execFileSync('mkfifo', [join(directory, 'pipe')]);
    symlinkSync('/dev/zero', join(directory, 'zero'));
    expect(codeOf(() => readBoundedFile(join(directory, 'pipe')))).to.equal('NOT_REGULAR');
    expect(codeOf(() => readBoundedFile(join(directory, 'zero')))).to.equal('NOT_REGULAR');
  });

  it('that is too large is refused, and one of the largest size is read', () => {
    const path = write('big', '');
    truncateSync(path, maxFileBytes);
    expect(readBoundedFile(path).length).to.equal(maxFileBytes);
    truncateSync(path, maxFileBytes + 1);
    expect(codeOf(() => readBoundedFile(path))).to.equal('TOO_LARGE');
  });

  it('of the kernel, which says that it has no bytes, is read', () => {
    expect(readBoundedText('/proc/self/status')).to.match(/^Name:/);
  });

  it('is not read when a link leads out of the directories, and is when it stays in them', () => {
    const inside = join(directory, 'project');
    write('project/a', 'a');
    write('outside', 'b');
    symlinkSync('a', join(inside, 'near'));
    symlinkSync('../outside', join(inside, 'far'));
    symlinkSync('..', join(inside, 'up'));
    expect(readBoundedText(join(inside, 'near'), [inside])).to.equal('a');
    for (const path of ['far', 'up/outside']) {
      expect(
        codeOf(() => readBoundedFile(join(inside, path), [inside])),
        path,
      ).to.equal('OUTSIDE');
      expect(readBoundedText(join(inside, path))).to.equal('b');
    }
    expect(readBoundedText(join(directory, 'outside'), [inside]), 'a path that is written').to.equal('b');
    expect(readBoundedText(join(inside, 'far'), [inside, directory])).to.equal('b');
  });

  it('that is not UTF-8 is refused with its line', () => {
    const path = write('latin1', Buffer.from('A=1\nB=caf\xe9\n', 'latin1'));
    expect(() => readBoundedText(path)).to.throw('line 2 is not UTF-8 text');
    expect(readBoundedFile(path).length).to.equal(11);
  });

  it('that is missing or a directory has the error of the file system', () => {
    expect(codeOf(() => readBoundedFile(join(directory, 'none')))).to.equal('ENOENT');
    expect(codeOf(() => readBoundedFile(directory))).to.equal('EISDIR');
    expect(whyUnread(Object.assign(new Error('x'), { code: 'EACCES' }))).to.equal('EACCES');
  });
});
