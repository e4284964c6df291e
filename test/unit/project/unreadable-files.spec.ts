import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { chmodSync, chownSync, mkdirSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../../../src/lib/errors.ts';
import { findProject } from '../../../src/lib/project/find-project.ts';
import { saveHostConf } from '../../../src/lib/project/conf/save-host-conf.ts';
import { loadProject, type LoadedProject } from '../../../src/lib/project/load-project.ts';
import { loadServices } from '../../../src/lib/project/load-services.ts';
import { readProjectFile, unreadable } from '../../../src/lib/project/read-project-file.ts';
import type { Service } from '../../../src/lib/project/services.ts';
import { error, onBase, projectDirectory } from './project-files.ts';

const isRoot = process.getuid?.() === 0;

/** A project with directories where files should be. */
function load(directories: readonly string[], files: Readonly<Record<string, string>> = {}): LoadedProject {
  const directory = projectDirectory({ 'run.conf': '[]', 'services/db/Dockerfile': onBase, ...files });
  for (const name of directories) mkdirSync(join(directory, name), { recursive: true });
  return loadProject({
    place: findProject({ workingDirectory: directory, environment: {}, baseImagesDirectory: '/package/base-image' }),
    osIds: ['debian12'],
  });
}

function problemsOfService(service: Service | undefined): readonly string[] | undefined {
  return service?.kind === 'folder'
    ? service.problems.map(({ where = '', message }) => `${where} ${message}`)
    : undefined;
}

describe('a file of the project that cannot be read', () => {
  it('is an error with the file, the reason and what to do', () => {
    const { message, suggestions, exitCode } = error(() => load(['host.conf']));
    expect(message).to.match(/\/demo\/host\.conf is a directory, and must be a file$/);
    expect(suggestions[0]).to.match(/^remove it, or put a file in its place: \/.*\/host\.conf$/);
    expect(exitCode).to.equal(2);
  });

  it('of another user, as after sudo, is an error with the command that changes the owner', () => {
    const denied = Object.assign(new Error('EACCES: permission denied'), { code: 'EACCES' });
    expect(unreadable('/p/host.conf', denied)).to.deep.include({
      message: '/p/host.conf cannot be read: permission denied',
      suggestions: ['make yourself its owner: sudo chown "$(id -u)" /p/host.conf'],
    });
    expect(unreadable('/p/x', Object.assign(new Error('EIO: i/o error'), { code: 'EIO' })).message).to.equal(
      '/p/x cannot be read: EIO: i/o error',
    );
  });

  it('is a bug when the error is not one of the file system', () => {
    expect(() => unreadable('/p/x', new TypeError('oops'))).to.throw(TypeError, 'oops');
  });

  it('of a service is a problem of that service alone', () => {
    const { services } = load(['services/web/Dockerfile', 'services/db/required_env_vars.json']);
    const problemsOf = (service: string): unknown => problemsOfService(services.get(service));
    expect(problemsOf('web')).to.deep.equal(['services/web/Dockerfile Dockerfile is a directory, and must be a file']);
    expect(problemsOf('db')).to.deep.equal([
      'services/db/required_env_vars.json required_env_vars.json is a directory, and must be a file',
    ]);
  });

  it('that a link leads out of the project is a problem of its service, and of what names it', () => {
    const directory = projectDirectory({
      '../secret': 'TOKEN=1',
      'common.dockerignore': '*.md',
      'services/a/x': '',
      'services/b/Dockerfile': onBase,
      'services/c/Dockerfile': onBase,
      'run.conf': '[{"service":"b","instance":"one","env_file":"b.env"}]',
    });
    symlinkSync('../../../secret', join(directory, 'services/a/Dockerfile'));
    symlinkSync('../../../secret', join(directory, 'services/b/.dockerignore'));
    symlinkSync('../../common.dockerignore', join(directory, 'services/c/.dockerignore'));
    symlinkSync('../secret', join(directory, 'b.env'));
    const place = findProject({ workingDirectory: directory, environment: {}, baseImagesDirectory: '/base-image' });
    const problems = loadServices(place, { file: 'run.conf', entries: [] }).map(
      (service) => problemsOfService(service) ?? [],
    );
    expect(problems[0]?.join()).to.match(/^services\/a\/Dockerfile Dockerfile leads by a link to .*outside/);
    expect(problems[1]?.join()).to.match(/^services\/b\/\.dockerignore \.dockerignore leads by a link to /);
    expect(problems[2]).to.deep.equal([]);
    expect(error(() => loadProject({ place, osIds: [] })).problems[0]).to.deep.include({
      where: 'run.conf:1:34',
      suggestion: 'put a copy of the file in its place',
    });
  });

  it('that is a pipe or a link to a device is an error, for each file that is read', () => {
    for (const name of ['run.conf', 'host.conf', 'services/db/Dockerfile', 'services/db/required_env_vars.json']) {
      const directory = projectDirectory({ 'run.conf': '[]', 'services/db/Dockerfile': onBase });
      rmSync(join(directory, name), { force: true });
      execFileSync('mkfifo', [join(directory, name)]);
      const place = findProject({ workingDirectory: directory, environment: {}, baseImagesDirectory: '/base-image' });
      const told = (): readonly unknown[] => {
        try {
          return problemsOfService(loadProject({ place, osIds: [] }).services.get('db')) ?? [];
        } catch (thrown) {
          return [String(thrown)];
        }
      };
      expect(told().join(), name).to.match(/is a pipe, a socket or a device$/);
    }
  });

  it('is an error for the services directory, too', () => {
    const directory = projectDirectory({ 'run.conf': '[]', services: 'a file' });
    const place = findProject({
      workingDirectory: directory,
      environment: {},
      baseImagesDirectory: '/package/base-image',
    });
    expect(error(() => loadProject({ place, osIds: [] })).code).to.equal('FILE_UNREADABLE');
  });

  it('is an error of the user when only its mode prevents it', function () {
    if (isRoot) this.skip();
    const directory = projectDirectory({ 'run.conf': '[]' });
    chmodSync(join(directory, 'run.conf'), 0o000);
    expect(error(() => readProjectFile(join(directory, 'run.conf'))).code).to.equal('FILE_UNREADABLE');
  });
});

describe('host.conf, when it is saved', () => {
  it("gets the owner of the project's directory, also under sudo", async function () {
    if (!isRoot) this.skip();
    const directory = projectDirectory({});
    chownSync(directory, 4321, 4322);
    await saveHostConf(directory, { last_conf: 'prod.conf' });
    const { uid, gid, mode } = statSync(join(directory, 'host.conf'));
    expect({ uid, gid, mode: mode & 0o777 }).to.deep.equal({ uid: 4321, gid: 4322, mode: 0o600 });
  });

  it('that cannot be written is an error of the user', async () => {
    const directory = projectDirectory({});
    mkdirSync(join(directory, `host.conf.${String(process.pid)}`));
    const thrown: unknown = await saveHostConf(directory, { A: '1' }).catch((cause: unknown) => cause);
    expect(thrown).to.be.instanceOf(UserError).with.property('code', 'FILE_UNWRITABLE');
  });
});
