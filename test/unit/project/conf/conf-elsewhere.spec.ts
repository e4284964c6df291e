import { expect } from 'chai';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProject } from '../../../../src/lib/project/find-project.ts';
import { saveHostConf } from '../../../../src/lib/project/conf/save-host-conf.ts';
import type { Problem } from '../../../../src/lib/errors.ts';
import { type LoadedProject, loadProject } from '../../../../src/lib/project/load-project.ts';
import { error, projectDirectory } from '../project-files.ts';

const elsewhere = projectDirectory({ 'prod.conf': '[]' });

function load(directory: string, conf?: string, environment = {}, needs: 'all' | 'labels' = 'all'): LoadedProject {
  const place = findProject({ workingDirectory: directory, environment, baseImagesDirectory: '/package/base-image' });
  return loadProject({ place, osIds: ['debian12'], needs, ...(conf === undefined ? {} : { conf }) });
}

describe('a conf that is not in the project', () => {
  const forms: Readonly<
    Record<
      string,
      { readonly conf: (directory: string) => string; readonly environment?: Readonly<Record<string, string>> }
    >
  > = {
    'a path of the whole machine': { conf: () => join(elsewhere, 'prod.conf') },
    'such a path without .conf': { conf: () => join(elsewhere, 'prod') },
    'a path from the project': { conf: () => '../prod' },
    'a name in a services directory elsewhere': { conf: () => 'prod', environment: { SERVICES_IMAGES_DIR: elsewhere } },
  };
  for (const [form, { conf, environment }] of Object.entries(forms)) {
    it(`is found by ${form}, and by the next command without it`, async () => {
      const directory = projectDirectory({ 'run.conf': '[]', '../prod.conf': '[]' });
      const first = load(directory, conf(directory), environment);
      expect(first.confPath).to.match(/\/prod\.conf$/);
      await saveHostConf(directory, { last_conf: first.conf.file });
      expect(load(directory).confPath).to.equal(first.confPath);
    });
  }

  it('is named by its path when it does not exist', () => {
    const directory = projectDirectory({ 'run.conf': '[]' });
    expect(error(() => load(directory, '/nowhere/prod')).message).to.equal('there is no /nowhere/prod.conf');
  });

  it('is not confused with a directory of that name', () => {
    const directory = projectDirectory({ 'run.conf': '[]', 'services/prod.conf': '[]' });
    mkdirSync(join(directory, 'prod'));
    expect(load(directory, 'prod').conf.file).to.equal('services/prod.conf');
  });
});

describe('a conf that names another project', () => {
  const staging = '{\n  "project": "staging",\n  "entries": []\n}';
  const problemsOf = (load: () => unknown): readonly Problem[] => error(load).problems;
  const other = {
    where: 'staging.conf:2:3',
    message: 'it is for the project "staging", and this one is called "demo"',
    suggestion: 'give the command --project staging, or remove "project" here',
  };

  it('is refused with its place, however it is selected', async () => {
    const directory = projectDirectory({ 'run.conf': '[]', 'staging.conf': staging });
    expect(problemsOf(() => load(directory, 'staging'))).to.deep.equal([other]);
    await saveHostConf(directory, { last_conf: 'staging.conf' });
    expect(problemsOf(() => load(directory))).to.deep.equal([other]);
    const far = join(projectDirectory({ 'run.conf': staging }), 'run.conf');
    expect(problemsOf(() => load(directory, far))[0]).to.include({ ...other, where: `${far}:2:3` });
  });

  it('says so to commands that only look, which go on', async () => {
    const directory = projectDirectory({ 'run.conf': '[]', 'staging.conf': staging });
    await saveHostConf(directory, { last_conf: 'staging.conf' });
    expect(load(directory, undefined, {}, 'labels').problems).to.deep.equal([other]);
  });

  it('is right for that project, and the run.conf of a project for any name of it', () => {
    const directory = projectDirectory({ 'run.conf': staging.replace('staging', 'shop'), 'staging.conf': staging });
    expect(load(directory, 'staging', { PROJECT_NAME: 'staging' }).problems).to.deep.equal([]);
    for (const conf of [undefined, 'run', 'run.conf', join(directory, 'run.conf')])
      expect(load(directory, conf, { PROJECT_NAME: 'copy' }).problems, conf).to.deep.equal([]);
  });
});
