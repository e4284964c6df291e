import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerops, repository } from '../support/cli.ts';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

describe('the launcher', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dockerops-launcher-'));
    await cp(join(repository, 'bin'), join(directory, 'bin'), { recursive: true });
    // What process.versions says is all that the launcher looks at.
    await writeFile(join(directory, 'old.cjs'), "if (!process.env.YOUNG) Object.defineProperty(process.versions, 'node', { value: '20.20.2' });");
  });
  after(() => rm(directory, { recursive: true }));

  /** Runs a script of bin/ on a Node that says it is 20. */
  function onOldNode(script: string, args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return new Promise((resolve) => {
      execFile(process.execPath, ['--require', join(directory, 'old.cjs'), join(directory, 'bin', script), ...args], { env: { ...process.env, ...environment } }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      });
    });
  }

  it('says in one sentence that Node is too old, and ends as for wrong usage', async () => {
    const { code, stderr } = await onOldNode('dockerops', ['version']);
    expect(code).to.equal(2);
    expect(stderr).to.equal('dockerops needs Node.js 22.12 or later and this is 20.20.2: install a current LTS version, then try again.\n');
  });

  it('uses the Node that a clone brings, with the same words, output and exit code', async () => {
    const bin = join(directory, 'node_modules', '.bin');
    await mkdir(bin, { recursive: true });
    await symlink(process.execPath, join(bin, 'node'));
    await mkdir(join(directory, 'dist'));
    await writeFile(join(directory, 'dist', 'main.cjs'), 'console.log(JSON.stringify(process.argv.slice(2))); process.exit(7);');
    const { code, stdout } = await onOldNode('dockerops', ['run:x,y="a b"', '--', '']);
    expect([code, stdout]).to.deep.equal([7, '["run:x,y=\\"a b\\"","--",""]\n']);
  });

  it('stops a global install on a Node that is too old, and no other', async () => {
    const refused = await onOldNode('preinstall.js', [], { npm_config_global: 'true' });
    expect([refused.code, refused.stderr]).to.deep.equal([1, 'dockerops needs Node.js 22.12 or later and this is 20.20.2: install a current LTS version, then try again.\n']);
    expect((await onOldNode('preinstall.js', [], { npm_config_global: '' })).code).to.equal(0);
    expect((await onOldNode('preinstall.js', [], { npm_config_global: 'true', YOUNG: '1' })).code).to.equal(0);
  });
});

describe('the command line', () => {
  const cwd = tmpdir();

  it('lists the commands without any words, and with help, --help and -h', async () => {
    const texts = await Promise.all([[], ['help'], ['--help'], ['-h']].map(async (words) => (await dockerops(words, { cwd })).stdout));
    expect(texts[0]).to.contain('install_demo').and.to.contain('build');
    expect(new Set(texts).size).to.equal(1);
  });

  it('explains one command in both dialects', async () => {
    const texts = await Promise.all([['help', 'ps'], ['help:ps'], ['ps', '--help'], ['ps:all', '-h']].map(async (words) => (await dockerops(words, { cwd })).stdout));
    expect(texts[0]).to.contain('reallyall');
    expect(new Set(texts).size).to.equal(1);
  });

  it('tells its version, also as JSON', async () => {
    expect((await dockerops(['--version'], { cwd })).stdout).to.match(/^dockerops \d+\.\d+\.\d+/);
    expect(JSON.parse((await dockerops(['version:json'], { cwd })).stdout)).to.include({ schema: 'dockerops/version/1', name: 'dockerops' });
  });

  for (const [words, code, text] of [
    [['versoin'], 2, 'did you mean "dockerops version"?'],
    [['help', 'versoin'], 2, 'did you mean "dockerops version"?'],
    [['version', '--jsno'], 2, 'did you mean --json?'],
    [['version:jsno=True'], 2, 'did you mean json?'],
    [['version', 'more'], 2, 'more  is one word too many'],
    [['version', '--log-level', 'loud'], 2, '--log-level: log level "loud" is not one of'],
  ] as const) {
    it(`answers "${words.join(' ')}" with exit code ${code} and a way on`, async () => {
      const result = await dockerops(words, { cwd });
      expect([result.code, result.stdout]).to.deep.equal([code, '']);
      expect(result.stderr).to.contain(text);
    });
  }

  it('gives errors as JSON on standard output when asked', async () => {
    const { code, stdout, stderr } = await dockerops(['versoin', '--json'], { cwd });
    expect([code, stderr]).to.deep.equal([2, '']);
    expect(JSON.parse(stdout)).to.have.nested.property('error.code', 'UNKNOWN_COMMAND');
  });

  it('takes LOG_LEVEL in any case and refuses one that does not exist', async () => {
    expect((await dockerops(['version'], { cwd, environment: { LOG_LEVEL: 'Debug' } })).code).to.equal(0);
    expect((await dockerops(['version'], { cwd, environment: { LOG_LEVEL: 'loud' } })).code).to.equal(2);
  });
});
