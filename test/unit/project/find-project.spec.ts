import { mkdirSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { findProject, type ProjectPlace, type ProjectRequest } from '../../../src/lib/project/find-project.ts';
import { error, projectDirectory } from './project-files.ts';

const find = (workingDirectory: string, more: Partial<ProjectRequest> = {}): ProjectPlace =>
  findProject({ workingDirectory, environment: {}, baseImagesDirectory: '/package', ...more });

describe('finding the project', () => {
  it('goes up to the nearest directory with a run.conf', () => {
    const directory = projectDirectory({ 'run.conf': '[]', 'services/web/src/main.c': '' });
    expect(find(join(directory, 'services/web/src'))).to.deep.equal({
      directory,
      name: 'demo',
      notices: [],
      servicesDirectory: join(directory, 'services'),
      baseImagesDirectory: '/package',
      dataDirectory: join(directory, 'data_demo'),
    });
  });

  it('remembers the name of its directory when a command gives it another', () => {
    const directory = projectDirectory({ 'run.conf': '[]' });
    expect(find(directory, { name: 'second' })).to.include({ name: 'second', usualName: 'demo' });
  });

  it('takes a directory with services and without run.conf', () => {
    const directory = projectDirectory({ 'services/web/Dockerfile': '' });
    expect(find(directory).directory).to.equal(directory);
  });

  it('finds the same project through a symbolic link', () => {
    const directory = projectDirectory({ 'run.conf': '[]' });
    symlinkSync(directory, `${directory}-link`);
    expect(find(`${directory}-link`)).to.include({ directory, name: 'demo' });
  });

  it('fails outside of any project, with what to do', () => {
    const directory = dirname(projectDirectory({}));
    const { message, suggestions, exitCode } = error(() => find(directory));
    expect(message).to.equal(
      `no project found: neither ${directory} nor a directory above it has a run.conf or a services directory`,
    );
    expect(suggestions).to.deep.equal([
      'change to the directory of your project, or set PROJECT_DIR=<directory>',
      'to begin with the demo project: dockerops install_demo',
    ]);
    expect(exitCode).to.equal(2);
  });

  it('takes each part from the environment', () => {
    const directory = projectDirectory({ 'run.conf': '[]' });
    const environment = {
      PROJECT_DIR: 'demo',
      PROJECT_NAME: 'shop',
      SERVICES_IMAGES_DIR: 'images',
      BASE_IMAGES_DIR: '/base',
      DATA_DIR: '/srv/data',
    };
    expect(find(dirname(directory), { environment })).to.include({
      directory,
      name: 'shop',
      servicesDirectory: join(dirname(directory), 'images'),
      baseImagesDirectory: '/base',
      dataDirectory: '/srv/data',
    });
  });

  it('ignores empty variables', () => {
    const directory = projectDirectory({ 'run.conf': '[]' });
    expect(find(directory, { environment: { PROJECT_DIR: '', PROJECT_NAME: ' ', DATA_DIR: '' } })).to.include({
      directory,
      name: 'demo',
    });
  });

  it('prefers --project to PROJECT_NAME', () => {
    const directory = projectDirectory({ 'run.conf': '[]' });
    expect(find(directory, { name: 'a', environment: { PROJECT_NAME: 'b' } }).name).to.equal('a');
  });

  it('makes a host name of the directory name, with a notice', () => {
    const directory = join(projectDirectory({}), 'My_Shop (Köln)');
    mkdirSync(join(directory, 'services'), { recursive: true });
    expect(find(directory)).to.deep.include({
      name: 'my-shop-koln',
      notices: ['the project is called my-shop-koln, since the directory name My_Shop (Köln) is not a host name'],
    });
  });

  it('refuses a name that is not a host name, and suggests one', () => {
    const directory = projectDirectory({ 'run.conf': '[]' });
    expect(error(() => find(directory, { name: 'My_Shop' })).problems).to.deep.equal([
      {
        where: '--project',
        message:
          'the project name "My_Shop" is not a valid host name: use up to 63 lower-case letters, digits and inner "-"',
        suggestion: 'write "my-shop"',
      },
    ]);
  });

  it('reserves the name dockerops for the base images', () => {
    const directory = join(projectDirectory({}), 'DockerOps');
    mkdirSync(join(directory, 'services'), { recursive: true });
    const { message, suggestions } = error(() => find(directory));
    expect(message).to.equal(`${directory}: the project name "dockerops" is reserved for the base images`);
    expect(suggestions).to.deep.equal(['choose another name with --project <name> or PROJECT_NAME=<name>']);
    expect(error(() => find(directory, { environment: { PROJECT_NAME: 'dockerops' } })).message).to.match(
      /^PROJECT_NAME: /,
    );
  });

  it('refuses a directory that is not a project, and says where it was set', () => {
    const directory = projectDirectory({ 'notes.txt': '' });
    const environment = { PROJECT_DIR: directory };
    const byVariable = error(() => find('/', { environment }));
    expect([byVariable.code, byVariable.message]).to.deep.equal([
      'NO_PROJECT',
      `PROJECT_DIR is ${directory}, which has neither a run.conf nor a services directory`,
    ]);
    const byFlag = error(() => find('/', { projectDirectory: directory, environment: { PROJECT_DIR: '/no/such' } }));
    expect([byFlag.message, ...byFlag.suggestions]).to.deep.equal([
      `--project-dir is ${directory}, which has neither a run.conf nor a services directory`,
      'use the directory that has the run.conf, or omit --project-dir',
    ]);
    expect(find('/', { environment: { ...environment, SERVICES_IMAGES_DIR: '/images' } }).directory).to.equal(
      directory,
    );
  });

  it('refuses a PROJECT_DIR that is not a directory', () => {
    expect(error(() => find('/', { environment: { PROJECT_DIR: '/no/such' } })).message).to.equal(
      'PROJECT_DIR is /no/such, which is not a directory',
    );
  });
});
