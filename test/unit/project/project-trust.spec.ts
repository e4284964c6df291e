import { expect } from 'chai';
import {
  lchownSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  chownSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../../src/lib/errors.ts';
import { findProject } from '../../../src/lib/project/find-project.ts';

const user = process.getuid?.() ?? 0;
/** Somebody who is neither the owner of what this test creates nor root. */
const other = 25001;

describe('a project of another user', () => {
  let directory: string;
  beforeEach(() => {
    directory = realpathSync(mkdtempSync(join(tmpdir(), 'dops-test-trust-')));
    writeFileSync(join(directory, 'run.conf'), '[]');
    mkdirSync(join(directory, 'below', 'deep'), { recursive: true });
  });
  afterEach(() => rmSync(directory, { recursive: true }));

  const find = (asUser: number, environment: Readonly<Record<string, string>> = {}, from = 'below/deep'): string =>
    findProject({
      workingDirectory: join(directory, from),
      environment,
      baseImagesDirectory: '/usr/share/none',
      user: asUser,
    }).directory;
  const refusal = (...request: Parameters<typeof find>): UserError => {
    try {
      find(...request);
    } catch (error) {
      expect(error).to.be.instanceOf(UserError).with.property('code', 'FOREIGN_PROJECT');
      return error as UserError;
    }
    throw new Error('it was not refused');
  };
  const asOwner = (): string => find(user);

  it('is opened by its owner', () => {
    expect(asOwner()).to.equal(directory);
  });

  if (user !== 0) return;

  it('is refused, in each part that can belong to somebody else, with the command that allows it', () => {
    mkdirSync(join(directory, 'services'));
    for (const part of ['', 'run.conf', 'services', 'host.conf', '.dockerops']) {
      if (part === 'host.conf') writeFileSync(join(directory, part), '{}');
      if (part === '.dockerops') mkdirSync(join(directory, part));
      chownSync(join(directory, part), other, other);
      const { message, suggestions, exitCode } = refusal(0);
      expect(message).to.contain(join(directory, part)).and.to.contain(String(other));
      expect(suggestions[0]).to.contain(`export DOCKEROPS_TRUST=${directory}`);
      expect(exitCode).to.equal(2);
      expect(find(0, { DOCKEROPS_TRUST: `/nowhere:${directory}` })).to.equal(directory);
      chownSync(join(directory, part), 0, 0);
    }
  });

  it("is opened by everybody when it is root's", () => {
    expect(find(other)).to.equal(directory);
  });

  it('is opened by root for the caller of sudo, and for nobody else', () => {
    chownSync(directory, other, other);
    expect(find(0, { SUDO_UID: String(other) })).to.equal(directory);
    refusal(0, { SUDO_UID: String(other + 1) });
    refusal(0, { SUDO_UID: '' });
    refusal(other + 1, { SUDO_UID: String(other) });
  });

  it('is refused also when it is named, and when a link of another user leads to a file of root', () => {
    chownSync(join(directory, 'run.conf'), other, other);
    refusal(0, { PROJECT_DIR: directory });
    rmSync(join(directory, 'run.conf'));
    symlinkSync('/etc/passwd', join(directory, 'run.conf'));
    lchownSync(join(directory, 'run.conf'), other, other);
    refusal(0);
  });

  it('is refused for directories that the environment names', () => {
    mkdirSync(join(directory, 'theirs'));
    chownSync(join(directory, 'theirs'), other, other);
    const theirs = join(directory, 'theirs');
    for (const variable of ['SERVICES_IMAGES_DIR', 'BASE_IMAGES_DIR']) {
      expect(refusal(0, { [variable]: theirs }).message).to.contain(theirs);
      expect(find(0, { [variable]: theirs, DOCKEROPS_TRUST: theirs })).to.equal(directory);
    }
  });

  it('is not allowed by a path that only begins like it', () => {
    chownSync(directory, other, other);
    refusal(0, { DOCKEROPS_TRUST: directory.slice(0, -1) });
    refusal(0, { DOCKEROPS_TRUST: `${directory}/below` });
    expect(find(0, { DOCKEROPS_TRUST: `${directory}/` })).to.equal(directory);
  });

  it('adds to what is trusted already', () => {
    chownSync(directory, other, other);
    expect(refusal(0, { DOCKEROPS_TRUST: '/a b' }).suggestions[0]).to.contain(`='/a b:${directory}'`);
  });
});
