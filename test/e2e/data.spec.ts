import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, readlink, rm, stat, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { CliOptions, CliResult } from '../support/cli.ts';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';

const run = promisify(execFile);
const isRoot = process.getuid?.() === 0;

const dockerfile = `FROM ${testImage}
RUN /bin/busybox ln -s busybox /bin/ln && mkdir -p /data/sub \\
 && echo whole > /data/sub/file && echo more > /data/other && ln -s ../../opt/x /data/outside \\
 && chown 7:8 /data /data/sub/file && chmod 640 /data/sub/file && chmod 751 /data
RUN dd if=/dev/zero of=/data/zeros bs=1024 count=300 && mkdir -p /var/log && echo begun > /var/log/app.log
CMD ["sleep", "600"]
`;

/** Two services on an image with files in its data folders. */
describe('persistent data', function () {
  this.timeout(300_000);
  const playground = new Playground('data');
  const dataDirectory = (): string => join(playground.directory, `data_${playground.project}`);
  const folder = (instance: string, ...more: string[]): string => join(dataDirectory(), `db_${instance}`, ...more);
  const db = (instance: string, verb = 'run'): string => `${verb}:db,instance=${instance}`;
  const cli = (words: readonly string[], options: Partial<CliOptions> = {}): Promise<CliResult> =>
    playground.run(words, options);

  async function succeed(...words: string[]): Promise<CliResult> {
    const result = await cli(words);
    expect(result.code, result.stderr).to.equal(0);
    return result;
  }

  async function expectWhole(instance: string): Promise<void> {
    expect(await readFile(folder(instance, 'data', 'sub', 'file'), 'utf8')).to.equal('whole\n');
    expect(await readFile(folder(instance, 'data', 'other'), 'utf8')).to.equal('more\n');
    expect((await stat(folder(instance, 'data', 'zeros'))).size).to.equal(300 * 1024);
    expect(await readlink(folder(instance, 'data', 'outside'))).to.equal('../../opt/x');
    const [top, file] = await Promise.all([
      stat(folder(instance, 'data')),
      stat(folder(instance, 'data', 'sub', 'file')),
    ]);
    expect([top.uid, top.gid, top.mode & 0o777, file.uid, file.gid, file.mode & 0o777]).to.deep.equal([
      7, 8, 0o751, 7, 8, 0o640,
    ]);
    expect(await readFile(folder(instance, '.data.dockerops'), 'utf8')).to.match(/^complete: /);
  }

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
    await playground.write({
      'services/db/Dockerfile': dockerfile,
      'services/cache/Dockerfile': `FROM ${testImage}\nVOLUME /data\nCMD ["sleep", "600"]\n`,
      'services/plain/Dockerfile': `FROM ${testImage}\nCMD ["sleep", "600"]\n`,
      'run.conf':
        '[{"service": "plain", "instance": "one", "persistent_data": true, "stop_grace_period": "1s"}, ' +
        '{"service": "cache", "instance": "one", "stop_grace_period": "1s"}, ' +
        '{"service": "db", "persistent_data": true, "stop_grace_period": "1s"}, ' +
        '{"service": "db", "instance": "all", "persistent_data": true, "persistent_log": true, "persistent_opt": ' +
        'true, "persistent_home": true, "persistent_shared": true, "stop_grace_period": "1s"}]',
    });
    expect((await cli(['build:db'])).code).to.equal(0);
  });
  after(async () => {
    await playground.clear();
    if (isRoot) await run('umount', [join(playground.directory, 'small')]).catch(() => {});
    await playground.close();
  });

  it('asks before a data directory is used for the first time; without a terminal it names the flag', async () => {
    const asked = await cli([db('one')]);
    expect(asked.code).to.equal(2);
    expect(asked.stderr).to.contain(dataDirectory()).and.to.contain('--yes');
    expect(await playground.containerIds()).to.deep.equal({});
    expect(await readdir(playground.directory)).not.to.include(`data_${playground.project}`);
  });

  it('begins with the files of the image, owners and modes included, in each persistent folder', async () => {
    await succeed(db('all'), '--yes');
    await expectWhole('all');
    expect(await readFile(folder('all', 'log', 'app.log'), 'utf8')).to.equal('begun\n');
    expect((await readdir(folder('all'))).sort()).to.deep.equal([
      '.data.dockerops',
      '.home.dockerops',
      '.log.dockerops',
      '.opt.dockerops',
      'data',
      'home',
      'log',
      'opt',
    ]);
    expect((await stat(join(dataDirectory(), 'shared'))).mode & 0o7777).to.equal(0o1777);
    await succeed(
      'exec',
      'db',
      '--instance',
      'all',
      '--',
      'sh',
      '-c',
      'echo precious > /data/other; echo all > /shared/note',
    );
  });

  it('is of user dockerops where the image has no /data', async () => {
    await succeed('run:plain,instance=one', '--yes');
    const { uid, gid } = await stat(join(dataDirectory(), 'plain_one', 'data'));
    expect([uid, gid]).to.deep.equal([1000, 1000]);
    await succeed('clean:plain,instance=one');
  });

  if (isRoot)
    it('is closed to other users of the host, setuid files of a container included', async () => {
      await chmod(playground.directory, 0o755);
      const [data, shared] = [folder('all', 'data'), join(dataDirectory(), 'shared')];
      const set = 'cp /bin/busybox /data/asroot && chmod 4755 /data/asroot';
      await succeed('exec', 'db', '--instance', 'all', '--', 'sh', '-c', set);
      // In a shell: setpriv itself keeps the rights of root until it has started a program.
      const other = (command: string): Promise<string> =>
        run('setpriv', ['--reuid=25001', '--regid=25001', '--clear-groups', 'sh', '-c', command]).then(
          ({ stdout }) => stdout,
          (error: unknown) => (error as { stderr: string }).stderr,
        );
      for (const command of [`cat ${data}/sub/file`, `${data}/asroot id`, `cat ${shared}/note`, `echo x > ${shared}/x`])
        expect(await other(command), command).to.match(/permission denied/i);
    });

  it('survives clean, and is used again', async () => {
    await succeed(db('all', 'clean'));
    expect(await playground.volumeNames()).to.deep.equal([]);
    await succeed(db('all'));
    expect(
      (await cli(['exec', 'db', '--instance', 'all', '--', 'cat', '/data/other', '/shared/note', '/var/log/app.log']))
        .stdout,
    ).to.equal('precious\nall\nbegun\n');
  });

  it('is complete after the next run when the first was killed, after any operation', async () => {
    const { operations } = JSON.parse((await cli(['plan:db,instance=cut', '--json'])).stdout) as {
      operations: readonly { id: string }[];
    };
    const first = operations.findIndex(({ id }) => id.startsWith('data '));
    const last = operations.findIndex(({ id }) => id.startsWith('copied '));
    for (const { id } of operations.slice(first, last + 1)) {
      const killed = await cli([db('cut')], { environment: { DOCKEROPS_TEST_KILL_AFTER: id } });
      expect(killed.signal, killed.stderr).to.equal('SIGKILL');
      expect(await markOf('cut'), id).to.equal(id.startsWith('copied ') ? 'complete' : 'none');
      await succeed(db('cut'));
      await expectWhole('cut');
      await succeed(db('cut', 'clean'));
      await rm(folder('cut'), { recursive: true });
    }
  });

  it('is copied again when half copied, and not taken for data', async () => {
    await cli([db('half')], { environment: { DOCKEROPS_TEST_KILL_AFTER: `copied ${folder('half')}` } });
    await writeFile(folder('half', '.data.dockerops'), 'copying: it was interrupted\n');
    await rm(folder('half', 'data', 'outside'));
    await truncate(folder('half', 'data', 'zeros'), 1000);
    await chmod(folder('half', 'data', 'sub', 'file'), 0o600);
    await rm(folder('half', 'data', 'other'));
    const { stderr } = await succeed(db('half'));
    expect(stderr).to.contain('finishing the first copy');
    await expectWhole('half');
    expect(await leftHelpers()).to.deep.equal([]);
  });

  it('is never half a copy for a container that is started by hand, and survives clean', async () => {
    await cli([db('hand')], { environment: { DOCKEROPS_TEST_KILL_AFTER: 'create db-hand' } });
    await playground.engine.startContainer(`${playground.project}-db-hand`);
    await succeed('exec', 'db', '--instance', 'hand', '--', 'sh', '-c', 'echo precious > /data/other');
    await succeed(db('hand', 'clean'));
    await succeed(db('hand'));
    expect(await readFile(folder('hand', 'data', 'other'), 'utf8')).to.equal('precious\n');
    expect(await markOf('hand')).to.equal('complete');
  });

  it('in a volume of the image moves to the replacing container, and is kept and named by clean', async () => {
    await succeed('run:cache,instance=one');
    await succeed('exec', 'cache', '--instance', 'one', '--', 'sh', '-c', 'echo mine > /data/file');
    await succeed('rerun:cache,instance=one');
    expect((await cli(['exec', 'cache', '--instance', 'one', '--', 'cat', '/data/file'])).stdout).to.equal('mine\n');
    const { stderr } = await succeed('clean:cache,instance=one');
    const [, volume = ''] = /volume ([0-9a-f]{64}) of cache-one/.exec(stderr) ?? [];
    expect((await playground.engine.listVolumes()).map(({ name }) => name)).to.include(volume);
    await playground.engine.removeVolume(volume);
  });

  it('is refused where the folder is a link, with what to do instead', async () => {
    await mkdir(folder('link'), { recursive: true });
    await symlink('/mnt/big', folder('link', 'data'));
    const refused = await cli([db('link')]);
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.contain('data is a symbolic link to /mnt/big').and.to.contain('"volumes": ["/mnt/big:');
  });

  it('is kept as it is in a folder without a mark, which is of the user', async () => {
    await mkdir(folder('own', 'data'), { recursive: true });
    await writeFile(folder('own', 'data', 'mine'), 'mine');
    await succeed(db('own'));
    expect(await readdir(folder('own', 'data'))).to.deep.equal(['mine']);
  });

  it('is kept where the earlier tool has marked it as complete', async () => {
    await mkdir(folder('old', 'data'), { recursive: true });
    await writeFile(folder('old', 'data', '.persistent_initialized'), '');
    await writeFile(folder('old', '.data.dockerops'), 'copying: whatever\n');
    await succeed(db('old'));
    expect(await readdir(folder('old', 'data'))).to.deep.equal(['.persistent_initialized']);
  });

  it('is not lost on a full disk, which is reported; the copy is finished when there is space', async function () {
    if (!isRoot) return this.skip();
    const small = join(playground.directory, 'small');
    await mkdir(small);
    await run('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', small]);
    const environment = { DATA_DIR: small };
    const full = await cli([db('full')], { environment });
    expect(full.code).to.equal(1);
    expect(full.stderr).to.contain('no space left on device');
    expect(await readFile(join(small, 'db_full', '.data.dockerops'), 'utf8')).to.match(/^copying/);
    await run('mount', ['-o', 'remount,size=2m', small]);
    const again = await cli([db('full')], { environment });
    expect(again.code, again.stderr).to.equal(0);
    expect((await stat(join(small, 'db_full', 'data', 'zeros'))).size).to.equal(300 * 1024);
    expect(await readFile(join(small, 'db_full', 'data', 'sub', 'file'), 'utf8')).to.equal('whole\n');
  });

  it('is shown by plan, operation by operation', async () => {
    const { stdout } = await succeed('plan:db,instance=new', '--verbose');
    expect(stdout)
      .to.contain(`data ${folder('new')}`)
      .and.to.contain(`copied ${folder('new')}`);
  });

  async function markOf(instance: string): Promise<string> {
    return readFile(folder(instance, '.data.dockerops'), 'utf8').then(
      (line) => line.split(':')[0] ?? '',
      () => 'none',
    );
  }

  async function leftHelpers(): Promise<readonly string[]> {
    const rows = await playground.engine.listContainers({
      all: true,
      labels: { 'dockerops.project': playground.project, 'dockerops.kind': 'helper' },
    });
    return rows.map(({ name }) => name);
  }
});
