import { expect } from 'chai';
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../../../src/lib/errors.ts';
import { ProjectKeys } from '../../../../src/lib/project/keys/key-store.ts';
import { checkHostConfInGit, checkKeys } from '../../../../src/lib/use-cases/doctor/project-checks.ts';

describe('the directory of keys', () => {
  let top: string;
  let project: string;
  let told: string[];
  beforeEach(() => {
    top = mkdtempSync(join(tmpdir(), 'dops-test-keys-'));
    project = join(top, 'sub', 'shop');
    mkdirSync(project, { recursive: true });
    told = [];
  });
  afterEach(() => rmSync(top, { recursive: true }));

  const keys = (): ProjectKeys => new ProjectKeys(project, 'shop', (text) => told.push(text));
  const make = (): Promise<unknown> => keys().create({ name: 'dns', kind: 'secret', keep: 'project' });
  const git = (...words: readonly string[]): void => void execFileSync('git', ['-C', top, ...words]);
  const inKeys = (...more: readonly string[]): string => join(project, '.dockerops', 'keys', ...more);
  const failure = async (work: () => unknown): Promise<UserError> => {
    try {
      await work();
    } catch (error) {
      expect(error).to.be.instanceOf(UserError);
      return error as UserError;
    }
    throw new Error('it did not fail');
  };

  it('is for its owner alone, and nothing is to be said of it', async () => {
    await make();
    expect([statSync(inKeys()).mode & 0o777, statSync(inKeys('dns')).mode & 0o777]).to.deep.equal([0o700, 0o600]);
    keys().existing();
    expect(told).to.deep.equal([]);
    expect(checkKeys(project)).to.have.nested.property('[0].status', 'ok');
  });

  it('that others can read is reported once, when the keys are used, with the command that closes it', async () => {
    await make();
    chmodSync(inKeys('dns'), 0o640);
    keys().existing();
    expect(told, 'nobody else enters the directory').to.deep.equal([]);
    chmodSync(join(project, '.dockerops'), 0o755);
    chmodSync(inKeys(), 0o755);
    const used = keys();
    expect(told).to.deep.equal([]);
    used.existing();
    await used.read('dns');
    expect(told).to.have.length(1);
    expect(told[0]).to.contain(`chmod -R go= ${inKeys()}`);
    expect(checkKeys(project)).to.have.nested.property('[0].status', 'warn');
  });

  it('that git tracks is reported, with the keys, in a repository around the project, too', async () => {
    await make();
    writeFileSync(join(project, 'host.conf'), '{}');
    git('init', '--quiet');
    git('add', '.');
    keys().existing();
    expect(told, 'the .gitignore keeps them out').to.deep.equal([]);
    git('add', '--force', '.');
    keys().existing();
    expect(told).to.have.length(1);
    expect(told[0]).to.contain('.dockerops/keys/dns').and.to.contain('git rm -r --cached .dockerops');
    expect(checkHostConfInGit(project)).to.have.nested.property('[0].fix', 'git rm --cached host.conf');
    git('rm', '-r', '--quiet', '--cached', '.');
    told = [];
    keys().existing();
    expect(told).to.deep.equal([]);
  });

  it('of another project in the same repository is not meant', async () => {
    await make();
    git('init', '--quiet');
    git('add', '--force', '.');
    expect(checkKeys(top)).to.have.nested.property('[0].status', 'ok');
    expect(checkKeys(join(top, 'sub'))).to.have.nested.property('[0].status', 'ok');
  });

  it('that is a link is refused, whatever is done with the keys', async () => {
    await make();
    for (const linked of [inKeys(), join(project, '.dockerops')]) {
      renameSync(linked, join(top, 'elsewhere'));
      symlinkSync(join(top, 'elsewhere'), linked);
      for (const use of [() => keys().existing(), () => keys().path('dns'), () => keys().read('dns'), make])
        expect((await failure(use)).message).to.contain(`${linked} is a symbolic link`);
      expect(checkKeys(project)).to.have.nested.property('[0].status', 'fail');
      rmSync(linked);
      renameSync(join(top, 'elsewhere'), linked);
    }
    renameSync(inKeys('dns'), join(top, 'dns'));
    symlinkSync(join(top, 'dns'), inKeys('dns'));
    expect((await failure(() => keys().read('dns'))).code).to.equal('KEY_STORE');
  });
});
