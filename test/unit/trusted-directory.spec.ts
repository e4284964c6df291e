import { expect } from 'chai';
import { chmod, chown, lchown, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trustOf, type Trust } from '../../src/lib/trusted-directory.ts';

const isRoot = process.getuid?.() === 0;
const other = 25001;

describe('whether only this user can change what is in a directory', () => {
  let place: string;
  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'dops-test-trust-'));
  });
  afterEach(() => rm(place, { recursive: true }));
  const make = async (path: string, mode = 0o700, owner?: number): Promise<string> => {
    await mkdir(join(place, path), { recursive: true });
    await chmod(join(place, path), mode);
    if (owner !== undefined) await chown(join(place, path), owner, owner);
    return join(place, path);
  };
  const expectRefused = (trust: Trust, path: string, reason: string): void => {
    expect(trust.kind, path).to.equal('refused');
    expect(trust).to.deep.include({ path: join(place, path) });
    expect(trust).to.have.property('reason').that.contains(reason);
  };

  it('is so for an own one that others may read, and told where they may not', async () => {
    await make('own/deep', 0o700);
    expect(trustOf(join(place, 'own/deep'))).to.deep.equal({ kind: 'own', isPrivate: true });
    await make('own/deep', 0o755);
    expect(trustOf(join(place, 'own/deep'))).to.deep.equal({ kind: 'own', isPrivate: false });
  });

  it('can be so for one that is not there, where it would be', async () => {
    await make('own');
    expect(trustOf(join(place, 'own/not/there'))).to.deep.equal({ kind: 'absent' });
    await make('own', 0o777);
    expectRefused(trustOf(join(place, 'own/not/there')), 'own', 'can be written to');
  });

  it('is not so where others can write, at any level, be it by their group', async () => {
    await make('open/below/cache');
    await make('open', 0o777);
    expectRefused(trustOf(join(place, 'open/below/cache')), 'open', 'can be written to');
    await make('open', 0o770);
    expectRefused(trustOf(join(place, 'open/below/cache')), 'open', 'can be written to');
  });

  it('is so below a sticky directory, and not in it', async () => {
    await make('sticky/own');
    await make('sticky', 0o1777);
    expect(trustOf(join(place, 'sticky/own')).kind).to.equal('own');
    expect(trustOf(join(place, 'sticky/absent')).kind).to.equal('absent');
    expectRefused(trustOf(join(place, 'sticky')), 'sticky', 'can be written to');
  });

  it('is not so for a file, and for a way through one', async () => {
    await writeFile(join(place, 'file'), '');
    expectRefused(trustOf(join(place, 'file')), 'file', 'is not a directory');
    expectRefused(trustOf(join(place, 'file/below')), 'file', 'is not a directory');
  });

  it('is judged where a link leads, whichever way it leads', async () => {
    await make('own/cache');
    await make('open', 0o777);
    await symlink('../own/../own', join(place, 'own/relative'));
    await symlink(join(place, 'open'), join(place, 'own/absolute'));
    await symlink('circle', join(place, 'own/circle'));
    expect(trustOf(join(place, 'own/relative/cache')).kind).to.equal('own');
    expectRefused(trustOf(join(place, 'own/absolute')), 'open', 'can be written to');
    expectRefused(trustOf(join(place, 'own/circle')), 'own/circle', 'is a link');
  });

  if (isRoot) {
    it("is not so in another user's directory, nor below it", async () => {
      await make('theirs/cache');
      await make('theirs', 0o755, other);
      expectRefused(trustOf(join(place, 'theirs')), 'theirs', `belongs to user ${String(other)}`);
      expectRefused(trustOf(join(place, 'theirs/cache')), 'theirs', `belongs to user ${String(other)}`);
    });

    it("is not so by another user's link, be it to a directory of root", async () => {
      await make('sticky', 0o1777);
      await make('roots', 0o755);
      await symlink(join(place, 'roots'), join(place, 'sticky/link'));
      expect(trustOf(join(place, 'sticky/link')).kind).to.equal('own');
      await lchown(join(place, 'sticky/link'), other, other);
      expectRefused(trustOf(join(place, 'sticky/link')), 'sticky/link', 'is a link of another user');
    });

    it("is told apart for a directory of root's", async () => {
      await chmod(place, 0o755);
      await make('roots', 0o755);
      expect(trustOf(join(place, 'roots'), other)).to.deep.equal({ kind: 'root' });
      await make('roots/theirs', 0o755, other);
      expect(trustOf(join(place, 'roots/theirs'), other).kind).to.equal('own');
    });
  }
});
