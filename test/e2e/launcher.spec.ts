import { expect } from 'chai';
import { execFile } from 'node:child_process';
import {
  chmod,
  chown,
  cp,
  mkdir,
  mkdtemp,
  readFile,
  readdir,
  rename,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { bundleName, ownBundles } from '../../src/run-bundle.ts';
import { dockerops, repository } from '../support/cli.ts';
import { findTestEngine } from '../support/real-engine.ts';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

function run(program: string, args: readonly string[], cwd: string): Promise<{ readonly stdout: string }> {
  return promisify(execFile)(program, [...args], { cwd });
}

describe('the launcher', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dockerops-launcher-'));
    await cp(join(repository, 'bin'), join(directory, 'bin'), { recursive: true });
    // The launcher looks only at process.versions.
    await writeFile(
      join(directory, 'old.cjs'),
      "if (!process.env.YOUNG) Object.defineProperty(process.versions, 'node', { value: '20.20.2' });",
    );
  });
  after(() => rm(directory, { recursive: true }));

  /** Runs a script of bin/ on a Node that says it is 20. */
  function onOldNode(
    script: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>> = {},
  ): Promise<Ended> {
    return new Promise((resolve) => {
      execFile(
        process.execPath,
        ['--require', join(directory, 'old.cjs'), join(directory, 'bin', script), ...args],
        { env: { ...process.env, ...environment } },
        (error, stdout, stderr) => {
          resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
        },
      );
    });
  }

  it('says in one sentence that Node is too old, and exits with 2', async () => {
    const { code, stderr } = await onOldNode('dockerops', ['version']);
    expect(code).to.equal(2);
    expect(stderr).to.equal(
      'dockerops needs Node.js 22.18 or later and this is 20.20.2: install a current LTS version, then try again.\n',
    );
  });

  it('says how to build it, in a clone and in a package without the bundle', async () => {
    const inPackage = await onOldNode('dockerops', ['version'], { YOUNG: '1' });
    expect([inPackage.code, inPackage.stderr]).to.deep.equal([
      2,
      'this package of dockerops was made without its program: make it again from the repository with "npm ci && ' +
        'npm run build && npm pack"\n',
    ]);
    await mkdir(join(directory, 'scripts'));
    const inClone = await onOldNode('dockerops', ['version'], { YOUNG: '1' });
    expect([inClone.code, inClone.stderr]).to.deep.equal([
      2,
      `dockerops is not built yet: run "npm run build" in ${directory}\n`,
    ]);
    const onOld = await onOldNode('dockerops', ['version']);
    expect([onOld.code, onOld.stderr]).to.deep.equal([
      2,
      'dockerops needs Node.js 22.18 or later and this is 20.20.2: ' +
        `run "npm ci" in ${directory}, which brings one, then ${directory}/dockerops.\n`,
    ]);
  });

  it('stops a global install on a Node that is too old, and no other', async () => {
    const refused = await onOldNode('preinstall.js', [], { npm_config_global: 'true' });
    expect([refused.code, refused.stderr]).to.deep.equal([
      1,
      'dockerops needs Node.js 22.18 or later and this is 20.20.2: install a current LTS version, then try again.\n',
    ]);
    expect((await onOldNode('preinstall.js', [], { npm_config_global: '' })).code).to.equal(0);
    expect((await onOldNode('preinstall.js', [], { npm_config_global: 'true', YOUNG: '1' })).code).to.equal(0);
  });
});

describe('the package that npm makes', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dockerops-package-'));
  });
  after(() => rm(directory, { recursive: true }));

  it('has the bundle, which needs nothing else, and every document that its README links to', async () => {
    const [{ filename }] = JSON.parse(
      (await run('npm', ['pack', '--json', '--pack-destination', directory], repository)).stdout,
    ) as [{ filename: string }];
    await run('tar', ['-xzf', filename], directory);
    const { stdout } = await run(process.execPath, [join('package', 'bin', 'dockerops'), 'version'], directory);
    expect(stdout).to.match(/^dockerops \d/);
    const readme = await readFile(join(directory, 'package', 'README.md'), 'utf8');
    const named = [...readme.matchAll(/\]\(([^):]+)\)/g)].flatMap(([, path = '']) =>
      path.startsWith('bench/') ? [] : path.replace(/#.*/, ''),
    );
    expect(named.length).to.be.greaterThan(8);
    await Promise.all(named.map((path) => stat(join(directory, 'package', path))));
  });
});

describe('the bundles', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dockerops-bundles-'));
  });
  after(() => rm(directory, { recursive: true }));

  for (const command of ownBundles.filter((name) => name !== 'complete'))
    it(`${command} has one of its own, which answers as the whole does`, async () => {
      await stat(join(repository, 'dist', bundleName(command)));
      const own = await dockerops([command, '--jsno'], { cwd: directory });
      const whole = await dockerops(['--log-level', 'info', command, '--jsno'], { cwd: directory });
      expect(own.stderr).to.include('--jsno');
      expect([own.code, own.stdout, own.stderr]).to.deep.equal([2, whole.stdout, whole.stderr]);
    });

  it('name places in the sources in a stack, in each of them', async () => {
    const environment = { LOG_LEVEL: 'debug' };
    for (const words of [['ps'], ['stop', 'all']]) {
      const { code, stderr } = await dockerops(words, { cwd: directory, environment });
      expect([code, stderr]).to.satisfy(([, text]: [number, string]) => /at .*src\/lib\/\S+\.ts:\d+:\d+/.test(text));
    }
  });
});

describe('the code that the launcher keeps', () => {
  let cache: string;
  before(async () => {
    cache = await mkdtemp(join(tmpdir(), 'dockerops-code-'));
  });
  after(() => rm(cache, { recursive: true }));
  const compiled = (): string => join(cache, 'dockerops', 'compiled');
  const version = async (): Promise<string> =>
    (await dockerops(['version'], { cwd: cache, environment: { XDG_CACHE_HOME: cache } })).stdout;
  const kept = async (): Promise<readonly string[]> => {
    const [build = ''] = (await readdir(compiled())).filter((name) => name.startsWith('code-'));
    return (await readdir(join(compiled(), build))).map((name) => join(compiled(), build, name));
  };

  it('is one private file for each command, and is not written again at the next start', async () => {
    const first = await version();
    const [file = '', ...others] = await kept();
    expect(others).to.deep.equal([]);
    expect(file).to.match(/v\d+\.\d+\.\d+-\w+-version$/);
    const before = await stat(file);
    expect(before.mode & 0o777).to.equal(0o600);
    expect(await version()).to.equal(first);
    expect((await stat(file)).ino).to.equal(before.ino);
  });

  it('is not that of help, which uses other code', async () => {
    await dockerops(['version', '--help'], { cwd: cache, environment: { XDG_CACHE_HOME: cache } });
    expect((await kept()).map((file) => basename(file).replace(/.*-/, '')).sort()).to.deep.equal(['help', 'version']);
    await rm(join(dirname((await kept())[0] ?? ''), '..'), { recursive: true });
    await version();
  });

  it('grows with what later runs use', async () => {
    const [file = ''] = await kept();
    await rm(file);
    await writeFile(join(cache, 'run.conf'), '[]');
    const list = (words: readonly string[]): Promise<unknown> =>
      dockerops(['complete', ...words], { cwd: cache, environment: { XDG_CACHE_HOME: cache } });
    await list([]);
    const [ofLittle = ''] = await kept();
    const { size } = await stat(ofLittle);
    for (let left = 500; (await stat(ofLittle)).size === size; left -= 1) {
      expect(left).to.be.greaterThan(0);
      await list(['run:']);
    }
    expect((await stat(ofLittle)).size).to.be.greaterThan(size);
    await rm(ofLittle);
    await version();
  });

  it('is replaced when V8 rejects it, and the command still works', async () => {
    const [file = ''] = await kept();
    await writeFile(file, 'no code');
    expect(await version()).to.match(/^dockerops \d/);
    expect((await stat(file)).size).to.be.greaterThan(1000);
  });

  it('is made again where it is damaged at any place, and the command works', async () => {
    const [file = ''] = await kept();
    const whole = await readFile(file);
    const places = [0, 20, 100, 4000, whole.length / 4, whole.length / 2, whole.length - 1].map(Math.floor);
    for (const place of places) {
      const damaged = Buffer.from(whole);
      damaged[place]! ^= 0x40;
      await writeFile(file, damaged);
      expect(await version(), `byte ${place}`).to.match(/^dockerops \d/);
      expect((await readFile(file)).equals(damaged), `byte ${place}`).to.equal(false);
    }
    await writeFile(file, whole.subarray(0, whole.length / 3));
    expect(await version()).to.match(/^dockerops \d/);
    expect((await stat(file)).size).to.be.greaterThan(whole.length / 3);
  });

  it('is kept by Node, for packages, where no other user can enter', async () => {
    await writeFile(join(cache, 'compose.yml'), 'services: {a: {image: redis}}\n');
    await dockerops(['import', 'compose.yml'], { cwd: cache, environment: { XDG_CACHE_HOME: cache } });
    expect((await stat(join(compiled(), 'packages'))).mode & 0o777).to.equal(0o700);
    expect(await readdir(join(compiled(), 'packages'))).not.to.deep.equal([]);
    expect((await readdir(compiled())).filter((name) => name.startsWith('v'))).to.deep.equal([]);
  });

  it('is not kept for a command that failed', async () => {
    const { code } = await dockerops(['env:nosuchservice'], { cwd: cache, environment: { XDG_CACHE_HOME: cache } });
    expect(code).to.not.equal(0);
    expect((await kept()).filter((file) => file.endsWith('-env'))).to.deep.equal([]);
  });

  it('is not needed where it cannot be written', async () => {
    await writeFile(join(cache, 'file'), '');
    expect(
      (await dockerops(['version'], { cwd: cache, environment: { XDG_CACHE_HOME: join(cache, 'file') } })).stdout,
    ).to.match(/^dockerops \d/);
  });

  it('is not used where another user can write, but kept in the own home', async function () {
    if (process.getuid?.() !== 0) return this.skip();
    const [file = ''] = await kept();
    const home = join(userInfo().homedir, '.cache');
    for (const [what, prepare] of Object.entries({
      "another user's directory": (place: string) => chown(place, 65534, 65534),
      'a directory that all may write': (place: string) => chmod(place, 0o777),
      'a link to one, with a directory of another user in it': async (place: string) => {
        await rename(place, `${place}.open`);
        await chown(join(`${place}.open`, basename(dirname(file))), 65534, 65534);
        await chmod(`${place}.open`, 0o1777);
        await symlink(`${place}.open`, place);
      },
    })) {
      const theirs = join(cache, what);
      await cp(join(cache, 'dockerops'), join(theirs, 'dockerops'), { recursive: true });
      const copy = file.replace(cache, theirs);
      await writeFile(copy, (await readFile(file)).subarray(1));
      const before = await readFile(copy);
      await prepare(join(theirs, 'dockerops', 'compiled'));
      await chmod(theirs, 0o755);
      const result = await dockerops(['version'], { cwd: cache, environment: { XDG_CACHE_HOME: theirs } });
      expect([result.code, result.stderr], what).to.deep.equal([0, '']);
      expect((await readFile(copy)).equals(before), what).to.equal(true);
    }
    const theirs = join(cache, 'whole');
    await mkdir(theirs);
    await chown(theirs, 65534, 65534);
    await dockerops(['version'], { cwd: cache, environment: { XDG_CACHE_HOME: theirs } });
    expect(await readdir(theirs)).to.deep.equal([]);
    expect(await readdir(join(home, 'dockerops', 'compiled'))).to.include(basename(dirname(file)));
  });

  it('is kept for the last three builds', async () => {
    const [file = ''] = await kept();
    const build = dirname(file);
    expect(build).to.contain('code-');
    await rm(build, { recursive: true });
    await Promise.all(['1', '2', '3', '4'].map((id) => mkdir(join(compiled(), `code-${id}`))));
    await version();
    const builds = (await readdir(compiled())).filter((name) => name.startsWith('code-'));
    expect(builds).to.have.length(3).and.to.contain(basename(build));
  });
});

describe('the command line', () => {
  const cwd = tmpdir();

  it('lists the commands without any words, and with help, --help and -h', async () => {
    const texts = await Promise.all(
      [[], ['help'], ['--help'], ['-h']].map(async (words) => (await dockerops(words, { cwd })).stdout),
    );
    expect(texts[0]).to.contain('install_demo').and.to.contain('build');
    expect(new Set(texts).size).to.equal(1);
  });

  it('explains one command in both dialects', async () => {
    const texts = await Promise.all(
      [['help', 'ps'], ['help:ps'], ['ps', '--help'], ['ps:all', '-h']].map(
        async (words) => (await dockerops(words, { cwd })).stdout,
      ),
    );
    expect(texts[0]).to.contain('reallyall');
    expect(new Set(texts).size).to.equal(1);
  });

  it('prints its version, also as JSON', async () => {
    expect((await dockerops(['--version'], { cwd })).stdout).to.match(/^dockerops \d+\.\d+\.\d+/);
    expect(JSON.parse((await dockerops(['version:json'], { cwd })).stdout)).to.include({
      schema: 'dockerops/version/1',
      name: 'dockerops',
    });
  });

  it('lists every container of the host also where there is no project', async function () {
    if ((await findTestEngine()) === undefined) this.skip();
    const { code, stderr } = await dockerops(['ps:reallyall'], { cwd });
    expect([code, stderr]).to.deep.equal([0, '']);
    expect((await dockerops(['ps'], { cwd })).stderr).to.contain('no project found');
  });

  for (const [words, code, text] of [
    [['versoin'], 2, 'did you mean "dockerops version"?'],
    [['help', 'versoin'], 2, 'did you mean "dockerops version"?'],
    [['version', '--jsno'], 2, 'did you mean --json?'],
    [['version:jsno=True'], 2, 'did you mean json?'],
    [['version', 'more'], 2, 'more  is an unexpected word'],
    [['version', '--log-level', 'loud'], 2, '--log-level is "loud"; use one of'],
    [['completion', 'csh'], 2, 'csh  is not one of bash, zsh, fish'],
  ] as const) {
    it(`answers "${words.join(' ')}" with exit code ${code} and a suggestion`, async () => {
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

  it('shows at log level debug where in the source an error was thrown', async () => {
    const { code, stderr } = await dockerops(['ps:reallyall', '--log-level', 'debug', '--host', 'nowhere://x'], {
      cwd,
    });
    expect(code).to.equal(2);
    expect(stderr)
      .to.contain('UserError: ')
      .and.to.match(/\(src\/lib\/engine\/connection\/endpoint\.ts:\d+:\d+\)/);
  });

  it('takes LOG_LEVEL in any case and refuses one that does not exist', async () => {
    expect((await dockerops(['version'], { cwd, environment: { LOG_LEVEL: 'Debug' } })).code).to.equal(0);
    expect((await dockerops(['version'], { cwd, environment: { LOG_LEVEL: 'loud' } })).code).to.equal(2);
  });
});
