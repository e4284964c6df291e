import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import {
  chmod,
  chown,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { buffer, text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { extract } from 'tar-stream';
import { packContext, surveyContext } from '../../../../src/lib/engine/archive/build-context.ts';
import { UserError } from '../../../../src/lib/errors.ts';

/** Root may read everything. */
async function asNobody<T>(directory: string, work: () => Promise<T>): Promise<T> {
  if (process.geteuid?.() !== 0) return work();
  const nobody = 65_534;
  for (const path of [directory, ...(await readdir(directory)).map((name) => join(directory, name))])
    if (!path.endsWith('/data')) await chown(path, nobody, nobody);
  process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

describe('build context', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dockerops-context-'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  async function write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, content] of Object.entries(files)) {
      await mkdir(dirname(join(directory, path)), { recursive: true });
      await writeFile(join(directory, path), content);
    }
  }
  async function paths(dockerfile = 'Dockerfile'): Promise<string[]> {
    return (await surveyContext(directory, { dockerfile })).entries.map((entry) => entry.path);
  }

  it('lists files, directories and symlinks sorted, with modes, sizes and targets', async () => {
    await write({ Dockerfile: 'FROM x', 'b/run.sh': '#!', 'a.txt': 'hello' });
    await chmod(join(directory, 'b/run.sh'), 0o750);
    await chmod(join(directory, 'a.txt'), 0o640);
    await symlink('../a.txt', join(directory, 'b/link'));
    expect((await surveyContext(directory, { dockerfile: 'Dockerfile' })).entries).to.deep.include.members([
      { path: 'a.txt', type: 'file', mode: 0o640, size: 5, linkTarget: '' },
      { path: 'b/link', type: 'symlink', mode: 0o777, size: 0, linkTarget: '../a.txt' },
      { path: 'b/run.sh', type: 'file', mode: 0o750, size: 2, linkTarget: '' },
    ]);
    expect(await paths()).to.deep.equal(['Dockerfile', 'a.txt', 'b', 'b/link', 'b/run.sh']);
  });

  it('leaves out what .dockerignore names, but never the Dockerfile', async () => {
    await write({
      Dockerfile: '',
      '.dockerignore': 'Dockerfile\n.dockerignore\nnode_modules',
      'node_modules/a': '',
      a: '',
    });
    expect(await paths()).to.deep.equal(['Dockerfile', 'a']);
  });

  it('takes back a file below an ignored directory, with the directories on the way', async () => {
    await write({ Dockerfile: '', '.dockerignore': '*\n!x/y/keep', 'x/y/keep': '', 'x/y/drop': '', z: '' });
    expect(await paths()).to.deep.equal(['Dockerfile', 'x', 'x/y', 'x/y/keep']);
  });

  it('finds a Dockerfile below an ignored directory', async () => {
    await write({ 'docker/Dockerfile': '', 'docker/other': '', '.dockerignore': 'docker', a: '' });
    expect(await paths('./docker/Dockerfile')).to.deep.equal(['.dockerignore', 'a', 'docker', 'docker/Dockerfile']);
  });

  it('prefers the ignore file named after the Dockerfile', async () => {
    await write({ 'web.Dockerfile': '', '.dockerignore': 'a', 'web.Dockerfile.dockerignore': 'b', a: '', b: '' });
    expect(await paths('web.Dockerfile'))
      .to.include('a')
      .and.not.include('b');
  });

  it('says which Dockerfile is missing', async () => {
    const error: unknown = await surveyContext(directory, { dockerfile: 'Dockerfile' }).catch(
      (cause: unknown) => cause,
    );
    expect(error).to.be.instanceOf(UserError).with.property('code', 'DOCKERFILE_MISSING');
  });

  it('packs exactly what it lists, owned by root, the same bytes twice', async () => {
    await write({ Dockerfile: 'FROM x', 'b/big': 'x'.repeat(300_000), empty: '', '.dockerignore': 'drop', drop: '' });
    await symlink('nowhere', join(directory, 'link'));
    const tar = await buffer((await packContext(directory, { dockerfile: 'Dockerfile' })).tar);
    const packed: unknown[] = [];
    for await (const entry of Readable.from(tar).pipe(extract())) {
      const { name, type, mode, size, linkname, uid, gid } = entry.header;
      packed.push({ path: name.replace(/\/$/, ''), type, mode, size, linkTarget: type === 'symlink' ? linkname : '' });
      expect([uid, gid]).to.deep.equal([0, 0]);
      entry.resume();
    }
    expect(packed).to.deep.equal((await surveyContext(directory, { dockerfile: 'Dockerfile' })).entries);
    expect((await buffer((await packContext(directory, { dockerfile: 'Dockerfile' })).tar)).equals(tar)).to.equal(true);
  });

  async function packed(change?: (text: string, context: string | undefined) => string): Promise<{
    readonly entries: readonly (readonly [string, string, string])[];
    readonly addedFolder: string | undefined;
  }> {
    const { tar, addedFolder } = await packContext(directory, { dockerfile: 'Dockerfile' }, change);
    const entries: (readonly [string, string, string])[] = [];
    for await (const entry of Readable.from(await buffer(tar)).pipe(extract())) {
      const { name, type, linkname } = entry.header;
      entries.push([name.replace(/\/$/, ''), type, type.endsWith('link') ? linkname : await text(entry)]);
      entry.resume();
    }
    return { entries, addedFolder };
  }

  it('sends a file with two names once', async () => {
    await write({ Dockerfile: 'FROM x', 'a/one': 'content', outside: '', '.dockerignore': 'outside' });
    await link(join(directory, 'a/one'), join(directory, 'two'));
    await link(join(directory, 'outside'), join(directory, 'third'));
    await link(join(directory, 'Dockerfile'), join(directory, 'z'));
    expect((await packed()).entries).to.deep.equal([
      ['.dockerignore', 'file', 'outside'],
      ['Dockerfile', 'file', 'FROM x'],
      ['a', 'directory', ''],
      ['a/one', 'file', 'content'],
      ['third', 'file', ''],
      ['two', 'link', 'a/one'],
      ['z', 'file', 'FROM x'],
    ]);
  });

  it('sends the changed text of a Dockerfile', async () => {
    await write({ Dockerfile: 'FROM x', a: '' });
    const { entries, addedFolder } = await packed((dockerfile, context) => `${dockerfile} in ${String(context)}`);
    expect(entries[0]).to.deep.equal(['Dockerfile', 'file', 'FROM x in undefined']);
    expect(addedFolder).to.equal(undefined);
  });

  it('sends everything but an ignored Dockerfile in a folder that its text names', async () => {
    await write({ Dockerfile: 'COPY .', 'a/b': 'b', '.dockerignore': 'Docker*', '.dockerops-context': '' });
    await symlink('b', join(directory, 'a/link'));
    const folder = '.dockerops-context0';
    const { entries, addedFolder } = await packed((_, context) => `COPY ${String(context)}`);
    expect(addedFolder).to.equal(folder);
    expect(entries).to.deep.include.members([
      ['Dockerfile', 'file', `COPY ${folder}`],
      ['a/b', 'file', 'b'],
      [folder, 'directory', ''],
      [`${folder}/a`, 'directory', ''],
      [`${folder}/a/b`, 'link', 'a/b'],
      [`${folder}/a/link`, 'symlink', 'b'],
    ]);
    expect(entries.map(([path]) => path)).not.to.include(`${folder}/Dockerfile`);
    expect((await packed()).entries.map(([path]) => path)).not.to.include(folder);
  });

  describe('that instructions of a parent would copy with an ignored Dockerfile', () => {
    const paths = async (): Promise<readonly [string | undefined, ...string[]]> => {
      const choice = { dockerfile: 'Dockerfile' };
      const { tar, builder } = await packContext(directory, choice, undefined, async () => true);
      const names: string[] = [];
      for await (const entry of Readable.from(await buffer(tar)).pipe(extract())) {
        names.push(entry.header.name === '.dockerignore' ? await text(entry) : entry.header.name);
        entry.resume();
      }
      return [builder, ...names];
    };

    it('is for the classic builder, with an ignore file that names the Dockerfile', async () => {
      await write({ Dockerfile: 'FROM x', a: '', '.dockerignore': 'Docker*' });
      expect(await paths()).to.deep.equal(['classic', 'Docker*', 'Dockerfile', 'a']);
      await write({ '.dockerignore': '*\n!a' });
      expect(await paths()).to.deep.equal(['classic', 'Dockerfile\n.dockerignore\n', 'Dockerfile', 'a']);
    });

    for (const [what, files] of [
      ['is not ignored', { '.dockerignore': 'b' }],
      ['is ignored by a file beside it only', { '.dockerignore': 'b', 'Dockerfile.dockerignore': 'Dockerfile' }],
      [
        'needs BuildKit',
        { Dockerfile: 'FROM x\nRUN --mount=type=cache,target=/x true', '.dockerignore': 'Dockerfile' },
      ],
      ['has a document', { Dockerfile: 'FROM x\nRUN <<E\ntrue\nE', '.dockerignore': 'Dockerfile' }],
    ] as const)
      it(`is for any builder if it ${what}`, async () => {
        await write({ Dockerfile: 'FROM x', a: '', ...files });
        expect((await paths())[0]).to.equal(undefined);
      });
  });

  it("that cannot be listed is a user's error, for the list and for the tar", async () => {
    await write({ Dockerfile: 'FROM x', '.dockerignore/not-a-file': '' });
    const choice = { dockerfile: 'Dockerfile' };
    const thrown: unknown[] = [];
    for (const place of [directory, join(directory, 'gone')]) {
      for (const read of [surveyContext, packContext])
        thrown.push(await read(place, choice).catch((cause: unknown) => cause));
    }
    for (const each of thrown) expect(each).to.be.instanceOf(UserError).with.property('code', 'BUILD_CONTEXT_UNUSABLE');
    expect((thrown[0] as UserError).message).to.contain(join(directory, '.dockerignore'));
  });

  it('fails instead of sending half a file when a file goes away', async () => {
    // Nobody takes the first file off yet, so the second is not opened before it goes.
    await write({ Dockerfile: 'FROM x', big: 'x'.repeat(1 << 20), 'dir/gone': 'x'.repeat(10_000) });
    const stream = (await packContext(directory, { dockerfile: 'Dockerfile' })).tar;
    await rm(join(directory, 'dir', 'gone'));
    const error: unknown = await buffer(stream).catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(UserError).with.property('code', 'BUILD_CONTEXT_UNUSABLE');
    expect((error as Error).message).to.include('dir/gone');
  });

  it('names a file that grows or shrinks while it is read', async () => {
    for (const change of ['x'.repeat(20_000), 'x'.repeat(10)]) {
      await write({ Dockerfile: 'FROM x', big: 'x'.repeat(1 << 20), 'dir/log': 'x'.repeat(10_000) });
      const stream = (await packContext(directory, { dockerfile: 'Dockerfile' })).tar;
      await writeFile(join(directory, 'dir/log'), change);
      const error: unknown = await buffer(stream).catch((cause: unknown) => cause);
      expect((error as Error).message)
        .to.include('dir/log')
        .and.include('changed while it was read');
    }
  });

  it('keeps names that are not UTF-8, long names, and times before 1970 and far ahead', async () => {
    await write({ Dockerfile: 'FROM x' });
    const long = 'é'.repeat(90);
    const names = [Buffer.from('caf\xe9', 'latin1'), Buffer.from(long), Buffer.from('\xff\xfe', 'latin1')];
    const times = [-1, 1e10, -3600 * 24 * 365 * 20];
    for (const [index, name] of names.entries()) {
      const path = Buffer.concat([Buffer.from(`${directory}/`), name]);
      await writeFile(path, String(index));
      const time = new Date((times[index] ?? 0) * 1000);
      await utimes(path, time, time);
    }
    const out = join(directory, 'out');
    const tar = await buffer((await packContext(directory, { dockerfile: 'Dockerfile' })).tar);
    await mkdir(out);
    execFileSync('tar', ['-x', '-C', out], { input: tar, stdio: ['pipe', 'pipe', 'pipe'] });
    const found = await readdir(out, { encoding: 'buffer' });
    expect(found.map((name) => name.toString('latin1'))).to.have.members([
      'Dockerfile',
      ...names.map((name) => name.toString('latin1')),
    ]);
    for (const [index, name] of names.entries()) {
      const path = Buffer.concat([Buffer.from(`${out}/`), name]);
      expect((await readFile(path)).toString()).to.equal(String(index));
      expect(Math.floor((await stat(path)).mtimeMs / 1000)).to.equal(times[index]);
    }
  });

  it('sends a Dockerfile that is a link as the file that it leads to, also outside of the context', async () => {
    await write({ 'shared/web.Dockerfile': 'FROM shared', 'web/a': '' });
    await symlink('../shared/web.Dockerfile', join(directory, 'web/Dockerfile'));
    const { tar: stream } = await packContext(join(directory, 'web'), { dockerfile: 'Dockerfile' });
    const files: Record<string, string> = {};
    for await (const entry of stream.pipe(extract())) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      files[`${entry.header.type} ${entry.header.name}`] = Buffer.concat(chunks).toString();
    }
    expect(files).to.deep.equal({ 'file Dockerfile': 'FROM shared', 'file a': '' });
  });

  it('needs no right to read what is ignored, but what an exception names', async () => {
    await write({ Dockerfile: 'FROM x', app: '', 'data/f': '' });
    await chmod(join(directory, 'data'), 0o000);
    const asUser = async (rules: string): Promise<readonly string[] | Error> => {
      await writeFile(join(directory, '.dockerignore'), rules);
      return asNobody(directory, () => paths()).catch((cause: unknown) => cause as Error);
    };
    try {
      for (const rules of ['data\n', '*\n!app\n', '**\n!app\n', 'data/\n!app\n'])
        expect(await asUser(rules), rules).to.include('app');
      for (const rules of ['', '*\n!data/f\n']) expect(await asUser(rules), rules).to.be.instanceOf(UserError);
    } finally {
      await chmod(join(directory, 'data'), 0o755);
    }
  });
});
