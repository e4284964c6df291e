import { chmod, mkdir, mkdtemp, rename, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { FolderDigests, inputHash, type HashInput } from '../../../src/lib/build/input-hash.ts';
import { Remembered } from '../../../src/lib/file-cache.ts';
import { readTrustedFile, writeTrustedFile } from '../../../src/lib/trusted-file.ts';
import { UserError } from '../../../src/lib/errors.ts';

describe('the hash of a build input', () => {
  let directory = '';
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dockerops-hash-'));
    await write('Dockerfile', 'FROM demo/base\nCOPY . /app\n');
    await write('app/main.sh', 'echo main\n');
    await chmod(join(directory, 'app'), 0o755);
    await chmod(join(directory, 'app/main.sh'), 0o644);
    await symlink('main.sh', join(directory, 'app/link'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  async function write(path: string, content: string): Promise<void> {
    await mkdir(join(directory, path, '..'), { recursive: true });
    await writeFile(join(directory, path), content);
  }

  function hash(changes: Partial<HashInput> = {}, folders = new FolderDigests()): Promise<string> {
    return inputHash(
      {
        directory,
        dockerfile: 'Dockerfile',
        buildArgs: { A: '1' },
        platform: 'linux/amd64',
        parents: [{ reference: 'demo/base', identity: 'v1:base' }],
        ...changes,
      },
      folders,
    );
  }

  it('keeps its value for the same input of version 2', async () => {
    expect(await hash()).to.equal('v2:818a441892e9e6b610905a8b7c1a34270436c5f03ad02b639b8e0051d4d51bf2');
  });

  const edits: Record<string, () => Promise<unknown>> = {
    'a file': () => write('app/main.sh', 'echo Main\n'),
    'a new file': () => write('app/other', ''),
    'a new empty folder': () => mkdir(join(directory, 'empty')),
    'the name of a file': () => rename(join(directory, 'app/main.sh'), join(directory, 'app/Main.sh')),
    'the mode of a file': () => chmod(join(directory, 'app/main.sh'), 0o755),
    'the mode of a folder': () => chmod(join(directory, 'app'), 0o700),
    'the target of a link': async () => {
      await rm(join(directory, 'app/link'));
      await symlink('./main.sh', join(directory, 'app/link'));
    },
    'a link that becomes a file': async () => {
      await rm(join(directory, 'app/link'));
      await write('app/link', 'main.sh');
    },
    'the Dockerfile': () => write('Dockerfile', 'FROM demo/base\nCOPY . /App\n'),
    'the ignore file': () => write('.dockerignore', '# nothing\n'),
    'a byte of a big file': async () => {
      await write('big', 'a'.repeat(400_000));
      const before = await hash();
      await write('big', `${'a'.repeat(399_999)}b`);
      expect(await hash()).to.not.equal(before);
    },
  };
  for (const [what, edit] of Object.entries(edits)) {
    it(`changes with ${what}`, async () => {
      const before = await hash();
      await edit();
      expect(await hash()).to.not.equal(before);
    });
  }

  describe('where earlier ones are remembered', () => {
    let memory = '';
    beforeEach(() => {
      memory = join(`${directory}.known`, 'known.json');
    });
    afterEach(() => rm(`${directory}.known`, { recursive: true, force: true }));
    const remembered = (): string => readTrustedFile(memory)?.toString() ?? '';

    /** Without build arguments, with which less is remembered. */
    function fresh(changes: Partial<HashInput> = {}, folders = new FolderDigests()): Promise<string> {
      return hash({ buildArgs: {}, ...changes }, folders);
    }
    /** As a command of its own some seconds after the last change. */
    async function hashLater(changes: Partial<HashInput> = {}, seconds = 3): Promise<string> {
      const folders = new FolderDigests(new Remembered(memory, Date.now() + seconds * 1000));
      const made = await fresh(changes, folders);
      folders.known.save();
      return made;
    }
    /** Clocks of file systems go in steps: what changes now has another time than what changed before. */
    async function nextStep(): Promise<void> {
      const probe = `${directory}.probe`;
      const before = Date.now();
      do await writeFile(probe, '');
      while ((await stat(probe)).ctimeMs <= before);
      await rm(probe);
    }
    function rewriteMemory(edit: (text: string) => string): void {
      writeTrustedFile(memory, edit(remembered()));
    }

    it('is the same without reading a file again', async () => {
      const before = await fresh();
      expect(await hashLater()).to.equal(before);
      expect(await hashLater()).to.equal(before);
      rewriteMemory((text) => text.replaceAll(before.slice(3), 'what is remembered'));
      expect(await hashLater()).to.equal('v2:what is remembered');
      rewriteMemory((text) =>
        JSON.stringify(
          (JSON.parse(text) as [string, [string, string]][]).map(([name, [known, digest]]) => [
            name,
            [known, name.startsWith('folder ') ? 'another' : digest],
          ]),
        ),
      );
      expect(await hashLater()).to.not.be.oneOf([before, 'v2:what is remembered']);
    });

    it('keeps no build argument', async () => {
      expect(await hashLater({ buildArgs: { TOKEN: 's3cret' } })).to.equal(
        await fresh({ buildArgs: { TOKEN: 's3cret' } }),
      );
      expect(remembered()).to.contain('"folder ').and.not.contain('s3cret');
    });

    it('is made anew where it was made by other rules', async () => {
      const before = await hashLater();
      rewriteMemory((text) => text.replaceAll(/"v2 /g, '"v1 ').replaceAll(/"[0-9a-f]{64}"/g, '"made by other rules"'));
      rewriteMemory((text) =>
        JSON.stringify((JSON.parse(text) as [string, unknown][]).filter(([name]) => name.startsWith('folder '))),
      );
      expect(await hashLater()).to.equal(before);
    });

    for (const [what, edit] of Object.entries(edits)) {
      it(`changes with ${what}`, async () => {
        const before = await hashLater();
        await nextStep();
        await edit();
        const after = await fresh();
        expect(await hashLater())
          .to.equal(after)
          .and.to.not.equal(before);
      });
    }

    it('changes with a file that gets its former time back', async () => {
      const before = await hashLater();
      const { atime, mtime } = await stat(join(directory, 'app/main.sh'));
      await nextStep();
      await write('app/main.sh', 'echo Main\n');
      await utimes(join(directory, 'app/main.sh'), atime, mtime);
      expect(await hashLater()).to.not.equal(before);
    });

    it('changes with what a Dockerfile that is a link names', async () => {
      await rename(join(directory, 'Dockerfile'), `${directory}.Dockerfile`);
      await symlink(`${directory}.Dockerfile`, join(directory, 'Dockerfile'));
      const before = await hashLater();
      await nextStep();
      await writeFile(`${directory}.Dockerfile`, 'FROM demo/other\nCOPY . /app\n');
      expect(await hashLater()).to.not.equal(before);
      await rm(`${directory}.Dockerfile`);
    });

    it('changes with each setting of the build', async () => {
      const before = await hashLater();
      expect(await hashLater({ buildArgs: { A: '2' } }))
        .to.equal(await fresh({ buildArgs: { A: '2' } }))
        .and.to.not.equal(before);
      expect(await hashLater()).to.equal(before);
    });

    it('trusts no file that changed within the last two seconds', async () => {
      await hashLater({}, 0);
      expect(remembered()).to.not.contain('"folder ');
      await hashLater({}, 3);
      expect(remembered()).to.contain(`"folder ${directory}/Dockerfile"`);
    });

    it('is made anew where the memory cannot be read', async () => {
      const before = await hashLater();
      for (const broken of ['', '{', '[1]', '{"a": 1}', 'null', `[["folder ${directory}/Dockerfile", 1]]`]) {
        rewriteMemory(() => broken);
        expect(await hashLater(), broken).to.equal(before);
      }
    });
  });

  it('changes with each setting of the build', async () => {
    const all = await Promise.all([
      hash(),
      hash({ buildArgs: { A: '2' } }),
      hash({ buildArgs: {} }),
      hash({ platform: 'linux/arm64' }),
      hash({ target: 'linux/amd64' }),
      hash({ parents: [] }),
      hash({ parents: [{ reference: 'demo/base', identity: 'v1:other' }] }),
      hash({ parents: [{ reference: 'demo/b', identity: 'asev1:base' }] }),
    ]);
    expect(new Set(all).size).to.equal(all.length);
  });

  it('has the name of a secret argument in it, but not its value', async () => {
    const withToken = (value: string): Promise<string> =>
      hash({ buildArgs: { A: '1', NPM_TOKEN: value }, secretArgs: ['NPM_TOKEN'] });
    expect(await withToken('one'))
      .to.equal(await withToken('two'))
      .and.not.to.equal(await hash());
    expect(await hash({ buildArgs: { A: '2' }, secretArgs: [] })).not.to.equal(await hash({ secretArgs: [] }));
  });

  it('does not depend on the order of arguments and parents', async () => {
    const parents = [
      { reference: 'a', identity: '1' },
      { reference: 'b', identity: '2' },
    ];
    expect(await hash({ buildArgs: { A: '1', B: '2' }, parents })).to.equal(
      await hash({ buildArgs: { B: '2', A: '1' }, parents: parents.toReversed() }),
    );
  });

  it('does not change with times, nor with what the ignore file leaves out', async () => {
    await write('.dockerignore', 'notes\n');
    const before = await hash();
    await write('notes', 'new');
    await utimes(join(directory, 'app/main.sh'), 1, 1);
    expect(await hash()).to.equal(before);
  });

  it('changes with a Dockerfile and an ignore file that the ignore file leaves out', async () => {
    await write('.dockerignore', 'Dockerfile\n.dockerignore\n');
    const before = await hash();
    await write('Dockerfile', 'FROM demo/base\n');
    const between = await hash();
    await write('.dockerignore', 'Dockerfile\n.dockerignore\nnothing\n');
    expect(new Set([before, between, await hash()]).size).to.equal(3);
  });

  it('is refused with the path when a file cannot be read', async () => {
    await rm(join(directory, 'Dockerfile'));
    await mkdir(join(directory, 'Dockerfile'));
    const error = await hash().then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).to.be.instanceOf(UserError).with.property('message').that.includes(join(directory, 'Dockerfile'));
  });

  it('is refused when there is no Dockerfile', async () => {
    await rm(join(directory, 'Dockerfile'));
    expect(
      await hash().then(
        () => undefined,
        (reason: unknown) => reason,
      ),
    )
      .to.be.instanceOf(UserError)
      .with.property('code', 'DOCKERFILE_MISSING');
  });

  it('reads a folder once for all who ask, and tells each of them what is wrong with it', async () => {
    const folders = new FolderDigests();
    const before = await folders.of({ directory, dockerfile: 'Dockerfile' });
    await writeFile(join(directory, 'later'), 'later');
    expect(await folders.of({ directory, dockerfile: 'Dockerfile' })).to.equal(before);
    expect(await new FolderDigests().of({ directory, dockerfile: 'Dockerfile' })).to.not.equal(before);
    const wrong = [1, 2].map(() =>
      folders.of({ directory, dockerfile: 'nowhere' }).then(
        () => '',
        (error: unknown) => (error as Error).message,
      ),
    );
    expect(await Promise.all(wrong)).to.deep.equal([`no nowhere in ${directory}`, `no nowhere in ${directory}`]);
  });
});
