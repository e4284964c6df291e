import { expect } from 'chai';
import { renameSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { contextRules } from '../../../src/lib/engine/archive/context-rules.ts';
import { UserError } from '../../../src/lib/errors.ts';
import { FileWatch } from '../../../src/lib/use-cases/file-watch.ts';

describe('watching files', () => {
  let directory: string;
  let files: FileWatch;
  let over: AbortController;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dops-test-watch-'));
    await mkdir(join(directory, 'app/deep'), { recursive: true });
    await mkdir(join(directory, 'node_modules/x'), { recursive: true });
    await writeFile(join(directory, 'Dockerfile'), 'FROM scratch\n');
    await writeFile(join(directory, '.dockerignore'), 'node_modules\n*.log\n');
    files = new FileWatch();
    over = new AbortController();
    files.set([{ directory, ...contextRules(directory, { dockerfile: 'Dockerfile' }) }]);
  });
  afterEach(async () => {
    over.abort();
    files[Symbol.dispose]();
    await rm(directory, { recursive: true });
  });

  const save = (path: string): Promise<void> => writeFile(join(directory, path), crypto.randomUUID());
  const saved = async (): Promise<readonly string[]> =>
    (await files.next(over.signal)).map((path) => relative(directory, path));

  it('tells a burst of saves as one', async () => {
    const next = saved();
    for (const path of ['app/a', 'app/b', 'app/deep/c', 'app/a']) await save(path);
    expect(await next).to.deep.equal(['app/a', 'app/b', 'app/deep/c']);
  });

  it('tells what was saved while nobody waited', async () => {
    const first = saved();
    await save('app/a');
    await first;
    await save('app/b');
    expect(await saved()).to.deep.equal(['app/b']);
  });

  it('sees a save that moves a new file over the old one', async () => {
    const next = saved();
    await writeFile(join(directory, '.a.swp'), 'x');
    await rename(join(directory, '.a.swp'), join(directory, 'app/a'));
    expect(await next).to.deep.equal(['app/a']);
  });

  it('does not look at what is ignored, nor into it, nor at what editors make in passing', async () => {
    expect(files.directories).to.equal(3);
    const next = saved();
    for (const path of [
      'node_modules/x/a',
      'node_modules/b',
      'build.log',
      'app/.a.swp',
      'app/4913',
      'app/a~',
      'app/.#a',
      'last',
    ])
      await save(path);
    expect(await next).to.deep.equal(['last']);
  });

  it('sees the Dockerfile and the ignore file though nothing else is left', async () => {
    await writeFile(join(directory, '.dockerignore'), '*\n');
    files.set([{ directory, ...contextRules(directory, { dockerfile: 'Dockerfile' }) }]);
    expect(files.directories).to.equal(1);
    await files.next(over.signal);
    const next = saved();
    for (const path of ['other', 'Dockerfile', '.dockerignore']) await save(path);
    expect(await next).to.deep.equal(['.dockerignore', 'Dockerfile']);
  });

  it('looks into directories that come, and forgets those that go', async () => {
    const made = saved();
    await mkdir(join(directory, 'new/inner'), { recursive: true });
    await made;
    const next = saved();
    await save('new/inner/a');
    expect(await next).to.deep.equal(['new/inner/a']);
    const gone = saved();
    await rm(join(directory, 'new'), { recursive: true });
    expect(await gone).to.include('new');
  });

  it('looks through the folders a few times for a checkout of many files, not for each', async () => {
    const set = files.set.bind(files);
    let looks = 0;
    files.set = (folders) => {
      looks += 1;
      set(folders);
    };
    const next = saved();
    for (let number = 0; number < 300; number += 1) await save(`app/file-${String(number)}`);
    expect(await next).not.to.deep.equal([]);
    expect(looks).to.be.within(1, 30);
  });

  it('says so where a folder cannot be watched', async () => {
    await symlink('loop', join(directory, 'loop'));
    const loop = join(directory, 'loop');
    expect(() => {
      files.set([{ directory: loop, holds: () => true, mayHold: () => true }]);
    }).to.throw(UserError, `${loop} cannot be watched`);
  });

  it('sees what is saved in a directory that was put in the place of another', async () => {
    await mkdir(join(directory, 'node_modules/fresh'));
    const replaced = saved();
    // In one go, so that nothing is heard of it between.
    renameSync(join(directory, 'app'), join(directory, 'node_modules/old'));
    renameSync(join(directory, 'node_modules/fresh'), join(directory, 'app'));
    await replaced;
    const next = saved();
    await save('app/a');
    expect(await next).to.deep.equal(['app/a']);
  });

  it('ends with its signal', async () => {
    const next = saved();
    over.abort();
    expect(await next).to.deep.equal([]);
  });
});
