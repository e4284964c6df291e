import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdtemp, open, readdir, readFile, readlink, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CliOptions, CliResult } from '../support/cli.ts';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';

const execute = promisify(execFile);

/** Its command writes all the time. The image has the programs that a restore needs. */
const dockerfile = `FROM ${testImage}
RUN for one in mv rm sync ln; do /bin/busybox ln -s busybox /bin/$one; done
RUN mkdir -p /data/deep /var/log && echo first > /data/deep/file && ln /data/deep/file /data/linked \\
 && ln -s deep/file /data/pointer && chown 7:8 /data/deep/file && chmod 2750 /data/deep && chown 7:8 /data \\
 && ln -s ../../opt/file /var/log/pointer
CMD ["sh", "-c", "n=0; while true; do n=$((n+1)); echo $n >> /data/count; echo $n >> /data/growing; done"]
`;

/** The instance that is backed up never stops writing. */
describe('backup and restore', function () {
  this.timeout(300_000);
  const playground = new Playground('backup');
  const cli = (words: readonly string[], options: Partial<CliOptions> = {}): Promise<CliResult> =>
    playground.run(words, options);
  const folder = (...more: string[]): string =>
    join(playground.directory, `data_${playground.project}`, 'db_main', ...more);
  const state = async (): Promise<string> =>
    (await playground.engine.inspectContainer(`${playground.project}-db-main`)).state;
  const file = (name: string): string => join(playground.directory, name);

  async function succeed(...words: string[]): Promise<CliResult> {
    const result = await cli(words);
    expect(result.code, result.stderr).to.equal(0);
    return result;
  }
  const put = (text: string): Promise<CliResult> =>
    succeed('exec', 'db', '--instance', 'main', '--', 'sh', '-c', `echo ${text} > /data/precious`);

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
    await playground.write({
      'services/db/Dockerfile': dockerfile,
      'run.conf':
        '[{"service": "db", "instance": "main", "persistent_data": true, "persistent_log": ' +
        'true, "stop_grace_period": "1s"}]',
    });
    await succeed('run:all', '--yes');
    await put('before');
  });
  after(() => playground.close());

  it('reports an instance without data', async () => {
    const nothing = await cli(['backup:db,instance=nobody']);
    expect(nothing.code).to.equal(1);
    expect(nothing.stderr).to.contain('no persistent data of db-nobody').and.to.contain('DATA_DIR');
    expect((await cli(['backup:nothing,instance=x'])).code).to.equal(2);
  });

  it('pauses a running instance, which continues afterwards', async () => {
    const { stdout } = await succeed('backup:db', '--output', 'live.tar.gz', '--json');
    const result = JSON.parse(stdout) as { taken: string; bytes: number; instance: string };
    expect(result).to.include({ taken: 'paused', instance: 'db-main', bytes: (await stat(file('live.tar.gz'))).size });
    expect(await state()).to.equal('running');
    expect((await stat(file('live.tar.gz'))).mode & 0o777).to.equal(0o600);
    expect((await readdir(playground.directory)).filter((name) => name.includes('.part-'))).to.deep.equal([]);
  });

  it('has the state of one moment, with owners, modes and links, readable by any tar', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'dockerops-untar-'));
    try {
      await execute('tar', ['-xzf', file('live.tar.gz'), '-C', directory]);
      const lines = async (name: string): Promise<number> =>
        (await readFile(join(directory, 'data', name), 'utf8')).split('\n').length;
      // It may have been paused between the two writes of the loop.
      expect((await lines('count')) - (await lines('growing'))).to.be.oneOf([0, 1]);
      const [one, other, deep] = await Promise.all([
        stat(join(directory, 'data', 'deep', 'file')),
        stat(join(directory, 'data', 'linked')),
        stat(join(directory, 'data', 'deep')),
      ]);
      expect([one.ino === other.ino, deep.mode & 0o7777]).to.deep.equal([true, 0o2750]);
      if (process.getuid?.() === 0) expect([one.uid, one.gid]).to.deep.equal([7, 8]);
    } finally {
      await rm(directory, { recursive: true });
    }
  });

  it('does not overwrite a file, and stops the instance with stop=True', async () => {
    expect((await cli(['backup:db,instance=main,output=live.tar.gz'])).stderr).to.contain('already exists');
    const { stdout } = await succeed('backup:db,instance=main,output=cold.tar,stop=True');
    expect(stdout).to.contain('taken while stopped');
    expect(await state()).to.equal('running');
  });

  it('leaves no file and a running instance when interrupted', async () => {
    const interrupted = await cli(['backup:db,instance=main,output=never.tar'], {
      onError: (text, kill) => {
        if (/paus|saving/.test(text)) kill('SIGINT');
      },
    });
    expect(interrupted.code, interrupted.stderr).to.equal(130);
    expect(await state()).to.equal('running');
    expect((await readdir(playground.directory)).filter((name) => name.startsWith('never'))).to.deep.equal([]);
  });

  it('restore asks first, and without a terminal names the flag', async () => {
    const asked = await cli(['restore:db,instance=main,file=cold.tar']);
    expect(asked.code).to.equal(2);
    expect(asked.stderr).to.contain('is kept as').and.to.contain('--yes');
  });

  it('restore refuses a damaged file before anything stops', async () => {
    await execute('cp', [file('cold.tar'), file('bad.tar')]);
    const handle = await open(file('bad.tar'), 'r+');
    await handle.write('x', (await handle.stat()).size - 4096);
    await handle.close();
    const started = (await playground.engine.inspectContainer(`${playground.project}-db-main`)).startedAt;
    const damaged = await cli(['restore:db,instance=main,file=bad.tar', '--yes']);
    expect(damaged.code).to.equal(2);
    expect(damaged.stderr).to.contain('damaged');
    expect((await playground.engine.inspectContainer(`${playground.project}-db-main`)).startedAt).to.equal(started);
  });

  it('restore brings back the saved data, keeps the replaced data, and starts the instance again', async () => {
    await put('after');
    const { stdout } = await succeed('restore:db,instance=main,file=cold.tar', '--yes');
    expect(await readFile(folder('data', 'precious'), 'utf8')).to.equal('before\n');
    const [aside = ''] = (await readdir(folder())).filter((name) => name.startsWith('data.before-'));
    expect(stdout).to.contain(aside.replace('data', ''));
    expect(await readFile(folder(aside, 'precious'), 'utf8')).to.equal('after\n');
    const file = await stat(folder('data', 'deep', 'file'));
    expect([file.uid, file.gid, file.nlink, await state()]).to.deep.equal([7, 8, 2, 'running']);
    expect(await readlink(folder('log', 'pointer')), 'which leads out of the folder').to.equal('../../opt/file');
    expect((await readdir(folder())).sort().filter((name) => !name.includes('.before-'))).to.deep.equal([
      '.data.dockerops',
      '.log.dockerops',
      'data',
      'log',
    ]);
  });

  it('an interrupted restore leaves the data that was there', async () => {
    await put('present');
    const killed = await cli(['restore:db,instance=main,file=cold.tar', '--yes'], {
      environment: { DOCKEROPS_TEST_KILL_AFTER: 'stop db-main' },
    });
    expect(killed.signal).to.equal('SIGKILL');
    expect(await readFile(folder('data', 'precious'), 'utf8')).to.equal('present\n');
    await succeed('start:db,instance=main');
  });

  it('a run does not take a folder for empty that a restore was moving', async () => {
    await succeed('clean:db,instance=main');
    await execute('mv', [folder('data'), folder('data.before-x')]);
    await execute('sh', ['-c', `echo restoring > ${folder('.data.dockerops')}`]);
    const refused = await cli(['run:all']);
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.contain('a restore was interrupted');
    await succeed('restore:db,instance=main,file=live.tar.gz', '--yes');
    await succeed('run:all');
    expect(await readFile(folder('data', 'precious'), 'utf8')).to.equal('before\n');
  });

  it('restore never creates devices, and setuid files only on request', async () => {
    const inside =
      'cp /bin/busybox /data/asroot; chmod 4755 /data/asroot; mkfifo /data/pipe; ln /data/pipe /data/again';
    await succeed('exec', 'db', '--instance', 'main', '--', 'sh', '-c', `${inside}; mknod /data/null c 1 3`);
    await succeed('backup:db', '--output', 'special.tar');
    const modeOf = async (name: string): Promise<string> =>
      ((await stat(folder('data', name))).mode & 0o7777).toString(8);
    const specialOnes = async (): Promise<readonly string[]> =>
      (await readdir(folder('data'))).filter((name) => ['pipe', 'again', 'null'].includes(name));
    expect(await specialOnes()).to.have.length(3);
    const { stderr } = await succeed('restore:db,instance=main,file=special.tar', '--yes');
    expect(stderr).to.contain('3 devices and named pipes').and.to.contain('1 file').and.to.contain('--same-modes');
    expect(await modeOf('asroot')).to.equal('755');
    expect(await specialOnes()).to.deep.equal([]);
    await succeed('restore:db,instance=main,file=special.tar,same_modes=True', '--yes');
    expect(await modeOf('asroot')).to.equal('4755');
    expect(await specialOnes()).to.deep.equal([]);
  });

  it('restore makes a data directory that is missing for its owner alone', async () => {
    await succeed('clean:db,instance=main');
    await rm(join(playground.directory, `data_${playground.project}`), { recursive: true });
    await succeed('restore:db,instance=main,file=cold.tar', '--yes');
    expect((await stat(folder())).mode & 0o777).to.equal(0o700);
    expect(await readFile(folder('data', 'precious'), 'utf8')).to.equal('before\n');
  });
});
