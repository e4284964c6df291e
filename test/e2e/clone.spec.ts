import { expect } from 'chai';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, cp, mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { repository } from '../support/cli.ts';

interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Prints its pid, its Node and its arguments, then runs until it is killed or exits with its first argument. */
const program = `(function () {
  console.log(JSON.stringify({ pid: process.pid, node: process.execPath, words: process.argv.slice(2) }));
  if (process.argv[2] === 'stay') setInterval(() => {}, 1000); else process.exit(Number(process.argv[2]));
})`;

describe('./dockerops of a clone', () => {
  let directory: string;
  let clone: string;
  before(async () => {
    directory = await realpath(await mkdtemp(join(tmpdir(), 'dops-test-clone-')));
    clone = join(directory, "a clone's folder");
    await mkdir(join(clone, 'scripts'), { recursive: true });
    await cp(join(repository, 'dockerops'), join(clone, 'dockerops'));
    await cp(join(repository, 'bin'), join(clone, 'bin'), { recursive: true });
  });
  beforeEach(async () => {
    await mkdir(join(clone, 'node_modules/.bin'), { recursive: true });
    await mkdir(join(clone, 'dist'), { recursive: true });
    await symlink(process.execPath, join(clone, 'node_modules/.bin/node'));
    await cp(join(repository, 'dist/run-bundle.cjs'), join(clone, 'dist/run-bundle.cjs'));
    await writeFile(join(clone, 'dist/main.cjs'), program);
  });
  afterEach(async () => {
    for (const folder of ['node_modules', 'dist']) await rm(join(clone, folder), { recursive: true, force: true });
  });
  after(() => rm(directory, { recursive: true }));

  function run(file: string, words: readonly string[], cwd = directory, path = process.env['PATH']): Promise<Ended> {
    return new Promise((resolve) => {
      execFile(file, [...words], { cwd, env: { ...process.env, PATH: path } }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === 'number' ? error.code : 0, stdout, stderr });
      });
    });
  }

  /** Processes with the clone's folder in their command line. */
  async function processesOfClone(): Promise<readonly string[]> {
    const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
    const lines = await Promise.all(pids.map((pid) => readFile(join('/proc', pid, 'cmdline'), 'utf8').catch(() => '')));
    return lines.filter((line) => line.includes(clone));
  }

  it("hands on words, output and exit code, with the clone's Node", async () => {
    const { code, stdout } = await run(join(clone, 'dockerops'), ['7', 'run:x,y="a b"', '--', '', '$HOME *']);
    expect(code).to.equal(7);
    expect(JSON.parse(stdout)).to.deep.include({
      node: await realpath(process.execPath),
      words: ['7', 'run:x,y="a b"', '--', '', '$HOME *'],
    });
  });

  it('is one process, of which nothing is left after kill -9', async () => {
    const child = spawn(join(clone, 'dockerops'), ['stay'], { cwd: directory, stdio: ['ignore', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const { pid } = JSON.parse(line.toString()) as { readonly pid: number };
    const others = (await processesOfClone()).length - 1;
    child.kill('SIGKILL');
    await once(child, 'exit');
    if (pid !== child.pid) process.kill(pid, 'SIGKILL');
    expect([pid, others]).to.deep.equal([child.pid, 0]);
    expect(await processesOfClone()).to.deep.equal([]);
  });

  it('starts through links to it, from any directory, from the PATH and by its bare name', async () => {
    const links = join(directory, 'links');
    await mkdir(join(links, 'deep'), { recursive: true });
    await symlink(join(clone, 'dockerops'), join(links, 'absolute'));
    await symlink(relative(links, join(clone, 'dockerops')), join(links, 'relative'));
    await symlink('../relative', join(links, 'deep/twice'));
    await symlink('links', join(directory, 'linked folder'));
    for (const [file, cwd] of [
      ['./dockerops', clone],
      [join('..', relative(dirname(clone), clone), 'dockerops'), links],
      [join(links, 'absolute'), '/'],
      ['./relative', links],
      ['links/deep/twice', directory],
      ['linked folder/deep/twice', directory],
    ] as const) {
      const { code, stderr } = await run(file, ['0'], cwd);
      expect([file, code, stderr]).to.deep.equal([file, 0, '']);
    }
    const path = [join(links, 'deep'), process.env['PATH']].join(':');
    expect((await run('twice', ['0'], clone, path)).code).to.equal(0);
    expect((await run('sh', ['dockerops', '0'], clone)).code).to.equal(0);
  });

  it('says what to run where nothing is installed, and where nothing is built', async () => {
    await rm(join(clone, 'dist'), { recursive: true });
    const unbuilt = await run('./dockerops', ['0'], clone);
    expect([unbuilt.code, unbuilt.stderr]).to.deep.equal([
      2,
      `dockerops is not built yet: run "npm run build" in ${clone}\n`,
    ]);
    await rm(join(clone, 'node_modules'), { recursive: true });
    const bare = await run(relative(directory, join(clone, 'dockerops')), ['0']);
    expect([bare.code, bare.stderr]).to.deep.equal([
      2,
      `dockerops is not installed yet: run "npm ci && npm run build" in ${clone}\n`,
    ]);
  });

  it("takes the machine's Node where npm installs none", async () => {
    await rm(join(clone, 'node_modules/.bin/node'));
    const folder = join(directory, 'machine');
    await mkdir(folder);
    await writeFile(join(folder, 'node'), `#!/bin/sh\necho "the machine's: $#"\n`);
    await chmod(join(folder, 'node'), 0o755);
    const found = await run(join(clone, 'dockerops'), ['0', 'x'], directory, `${folder}:/bin`);
    expect([found.code, found.stdout]).to.deep.equal([0, "the machine's: 3\n"]);
    await rm(join(folder, 'node'));
    for (const name of ['sh', 'readlink']) await symlink(`/bin/${name}`, join(folder, name));
    const none = await run(join(clone, 'dockerops'), ['0'], directory, folder);
    expect([none.code, none.stderr]).to.deep.equal([
      2,
      `there is no Node.js on this machine: install it, then run "npm ci" in ${clone}\n`,
    ]);
  });
});
