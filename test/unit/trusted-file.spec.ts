import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeOwnDirectory, readTrustedFile, writeTrustedFile } from '../../src/lib/trusted-file.ts';

describe('a file that later commands rely on', () => {
  let place: string;
  let file: string;
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'dops-test-trust-'));
    file = join(place, 'below', 'file');
  });
  afterEach(() => rm(place, { recursive: true }));

  it('is read as it was written, by its owner alone, and nothing else is left', async () => {
    for (const content of ['text', Buffer.from([0, 255, 10]), 'x'.repeat(100_001), '']) {
      expect(writeTrustedFile(file, content)).to.equal(true);
      expect(readTrustedFile(file)?.equals(Buffer.from(content))).to.equal(true);
    }
    expect([(await stat(file)).mode & 0o777, (await stat(join(place, 'below'))).mode & 0o777]).to.deep.equal([
      0o600, 0o700,
    ]);
    expect(await readdir(join(place, 'below'))).to.deep.equal(['file']);
  });

  it('is none when a byte of it is another, or it is cut off', async () => {
    writeTrustedFile(file, 'some content');
    const whole = await readFile(file);
    for (let at = 0; at < whole.length; at += 1) {
      const damaged = Buffer.from(whole);
      damaged[at]! ^= 0x10;
      await writeFile(file, damaged);
      expect(readTrustedFile(file), `byte ${String(at)}`).to.equal(undefined);
      await writeFile(file, whole.subarray(0, at));
      expect(readTrustedFile(file)?.length ?? 0, `${String(at)} bytes`).to.equal(0);
    }
  });

  it('is none when it is a link, a pipe, a directory, or open to others', async () => {
    writeTrustedFile(file, 'content');
    await chmod(file, 0o620);
    expect(readTrustedFile(file)).to.equal(undefined);
    await chmod(file, 0o644);
    expect(readTrustedFile(file)?.toString()).to.equal('content');
    await rename(file, `${file}.other`);
    await symlink(`${file}.other`, file);
    expect(readTrustedFile(file)).to.equal(undefined);
    await rm(file);
    execFileSync('mkfifo', [file]);
    expect(readTrustedFile(file)).to.equal(undefined);
    await rm(file);
    await mkdir(file);
    expect(readTrustedFile(file)).to.equal(undefined);
  });

  it('replaces a link instead of following it', async () => {
    await mkdir(join(place, 'below'));
    await writeFile(join(place, 'precious'), 'precious');
    await symlink(join(place, 'precious'), file);
    await symlink(join(place, 'precious'), `${file}.${String(process.pid)}`);
    writeTrustedFile(file, 'content');
    writeTrustedFile(file, 'content');
    expect(await readFile(join(place, 'precious'), 'utf8')).to.equal('precious');
    expect(readTrustedFile(file)?.toString()).to.equal('content');
  });

  it('is neither written nor read where others can write', async () => {
    writeTrustedFile(file, 'content');
    await chmod(join(place, 'below'), 0o777);
    expect(readTrustedFile(file)).to.equal(undefined);
    expect(writeTrustedFile(join(place, 'below', 'new'), 'content')).to.equal(false);
    expect(makeOwnDirectory(join(place, 'below', 'new'))).to.equal(false);
    expect(await readdir(join(place, 'below'))).to.deep.equal(['file']);
  });

  it('is not looked for without end where no directory can be made', function () {
    if (process.platform !== 'linux') return this.skip();
    expect(makeOwnDirectory('/proc/dockerops/cache')).to.equal(false);
  });

  it('that cannot be written is no failure', async () => {
    await writeFile(join(place, 'in the way'), '');
    expect(writeTrustedFile(join(place, 'in the way', 'file'), '')).to.equal(false);
    await mkdir(join(place, 'directory', 'in it'), { recursive: true });
    expect(writeTrustedFile(join(place, 'directory'), '')).to.equal(false);
  });

  if (process.getuid?.() === 0)
    it("is none when it is another user's", async () => {
      writeTrustedFile(file, 'content');
      await chown(file, 25001, 25001);
      expect(readTrustedFile(file)).to.equal(undefined);
    });
});
