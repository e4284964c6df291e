import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { notIgnored } from '../../../src/lib/project/git-ignore.ts';

describe('what git would commit of a project', () => {
  let top: string;
  let project: string;
  beforeEach(async () => {
    top = await mkdtemp(join(tmpdir(), 'dockerops-test-'));
    project = join(top, 'shop');
    await mkdir(join(top, '.git', 'info'), { recursive: true });
    await mkdir(project);
  });
  afterEach(() => rm(top, { recursive: true }));

  it('is told with the command that has it ignored', () => {
    expect(notIgnored(project)).to.deep.equal({
      text: 'git would commit what is of this machine alone: host.conf, .dockerops/, data_*/',
      fix: `printf '%s\\n' host.conf .dockerops/ 'data_*/' >> ${join(project, '.gitignore')}`,
    });
  });

  it('is nothing that a file of the project, of a directory above or of the clone names', async () => {
    await writeFile(join(project, '.gitignore'), '# of this machine\nhost.conf\n!keep\n');
    await writeFile(join(top, '.gitignore'), '**/data_*/\n');
    expect(notIgnored(project)?.text).to.equal('git would commit what is of this machine alone: .dockerops/');
    await writeFile(join(top, '.git', 'info', 'exclude'), '/shop/.dockerops\n');
    expect(notIgnored(project)).to.equal(undefined);
  });

  it('is nothing where there is no repository', async () => {
    await rm(join(top, '.git'), { recursive: true });
    expect(notIgnored(project)).to.equal(undefined);
  });
});
