import { expect } from 'chai';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { copyProject } from '../../../src/lib/use-cases/copy-project.ts';

describe('copying a project of the package', () => {
  let place: string;
  before(async () => {
    place = await mkdtemp(join(tmpdir(), 'dops-test-install-'));
    await mkdir(join(place, 'source', 'services'), { recursive: true });
    await writeFile(join(place, 'source', 'run.conf'), '[]');
  });
  after(() => rm(place, { recursive: true }));

  it('makes a directory like any other, and leaves nothing beside it', async () => {
    expect(await copyProject(join(place, 'source'), join(place, 'demo'), 'new')).to.deep.equal([
      join(place, 'demo', 'run.conf'),
    ]);
    expect((await stat(join(place, 'demo'))).mode).to.equal((await stat(join(place, 'source'))).mode);
    expect(await readdir(place)).to.have.members(['source', 'demo']);
  });

  it('overwrites nothing', async () => {
    const failure = await copyProject(join(place, 'source'), join(place, 'source'), 'new').catch(
      (error: unknown) => error,
    );
    expect(failure).to.deep.include({ code: 'DIRECTORY_EXISTS', exitCode: 2 });
  });

  it('calls a file .gitignore that npm would not pack under this name', async () => {
    await mkdir(join(place, 'with'));
    await writeFile(join(place, 'with', 'gitignore'), 'host.conf\n');
    await copyProject(join(place, 'with'), join(place, 'made'), 'new');
    expect(await readdir(join(place, 'made'))).to.deep.equal(['.gitignore']);
  });
});
