import { expect } from 'chai';
import { existsSync } from 'node:fs';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { CliResult } from '../support/cli.ts';
import { OwnEngine } from '../support/own-engine.ts';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';
import { SmallDisk } from '../support/small-disk.ts';

const dockerfile = `FROM ${testImage}
RUN for one in mv rm sync ln; do /bin/busybox ln -s busybox /bin/$one; done
RUN mkdir /data && head -c 300000 /dev/zero > /data/zeros
CMD ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"]
`;

const plain = `FROM ${testImage}
CMD ["sh", "-c", "trap 'exit 0' TERM; while :; do sleep 0.1; done"]
`;

/** Real file systems of a few MB, each of them full at a moment that matters. */
describe('a full disk', function () {
  this.timeout(300_000);
  const playground = new Playground('full');
  const container = `${playground.project}-db-main`;
  const succeed = async (words: readonly string[], environment = {}): Promise<CliResult> => {
    const result = await playground.run(words, { environment });
    expect(result.code, result.stderr).to.equal(0);
    return result;
  };
  const isRunning = async (): Promise<boolean> =>
    (await playground.engine.inspectContainer(container)).state === 'running';

  /** It fails because of the disk, in a sentence. */
  function expectFull({ code, stderr }: CliResult): void {
    expect(code, stderr).to.equal(1);
    expect(stderr)
      .to.match(/no space left|is full|ENOSPC/i)
      .and.not.match(/^bug:|\n {4}at /);
  }

  before(async function () {
    if (userInfo().uid !== 0) return this.skip();
    await playground.open();
    await ensureTestImage(playground.engine);
    await playground.write({
      'services/db/Dockerfile': dockerfile,
      'services/plain/Dockerfile': plain,
      'run.conf': '[{"service": "db", "instance": "main", "persistent_data": true}]',
    });
    await succeed(['run:all', '--yes']);
  });
  after(() => playground.close());

  it('of the target of a backup: the instance runs, nothing is left, and the next one is written', async () => {
    await using disk = await SmallDisk.at(join(playground.directory, 'target'), '2m');
    await disk.fill();
    for (const more of [[], ['--stop']]) {
      expectFull(await playground.run(['backup:db', '--output', join(disk.directory, 'x.tar'), ...more]));
      expect([await isRunning(), await readdir(disk.directory)]).to.deep.equal([true, ['filling']]);
    }
    await disk.free();
    await succeed(['backup:db', '--output', join(disk.directory, 'x.tar')]);
  });

  it('of the target of a restore: the data is as before, the instance runs, and the next one works', async () => {
    await using disk = await SmallDisk.at(join(playground.directory, 'small'), '1500k');
    const environment = { DATA_DIR: disk.directory };
    const run = ['run:db,instance=small'];
    await writeFile(join(playground.directory, 'run.conf'), conf('main', 'small'));
    await succeed(run, environment);
    await succeed(['backup:db,instance=small', '--output', 'small.tar'], environment);
    const file = join(disk.directory, 'db_small', 'data', 'precious');
    await writeFile(file, 'precious\n');
    await disk.fill();
    const restore = ['restore:db,instance=small', '--file', 'small.tar', '--yes'];
    expectFull(await playground.run(restore, { environment }));
    expect(await readFile(file, 'utf8')).to.equal('precious\n');
    const { state } = await playground.engine.inspectContainer(`${playground.project}-db-small`);
    expect(state).to.equal('running');
    await disk.free();
    await succeed(restore, environment);
    expect(existsSync(file)).to.equal(false);
    await succeed(['clean:db,instance=small'], environment);
    await writeFile(join(playground.directory, 'run.conf'), conf('main'));
  });

  it('of DATA_DIR: the first run fails, and the next one finishes the copy', async () => {
    await using disk = await SmallDisk.at(join(playground.directory, 'first'), '1m');
    const environment = { DATA_DIR: disk.directory };
    await writeFile(join(playground.directory, 'run.conf'), conf('main', 'first'));
    await disk.fill();
    expectFull(await playground.run(['run:db,instance=first'], { environment }));
    await disk.free();
    await succeed(['run:db,instance=first'], environment);
    expect((await readFile(join(disk.directory, 'db_first', 'data', 'zeros'))).length).to.equal(300_000);
    await succeed(['clean:db,instance=first'], environment);
    await writeFile(join(playground.directory, 'run.conf'), conf('main'));
  });

  it('of the cache: every command works without it', async () => {
    await using disk = await SmallDisk.at(join(playground.directory, 'cache'), '64k');
    await disk.fill();
    const environment = { XDG_CACHE_HOME: disk.directory };
    for (const words of [['version'], ['ps'], ['plan'], ['run:all'], ['validate'], ['build:all']])
      await succeed(words, environment);
  });

  it('of the project: what was saved stays as it is, and the next command saves', async () => {
    await using disk = await SmallDisk.at(join(playground.directory, 'project'), '1m');
    const environment = { PROJECT_NAME: `${playground.project}-p`, PROJECT_DIR: disk.directory };
    const saved = '{ "A": "b" }\n';
    await playground.write({
      'project/services/plain/Dockerfile': plain,
      'project/run.conf': '[]',
      'project/other.conf': '[]',
      'project/host.conf': saved,
    });
    const build = ['build:plain', '--conf', 'other.conf'];
    const hostConf = (): Promise<string> => readFile(join(disk.directory, 'host.conf'), 'utf8');
    await disk.fill();
    expectFull(await playground.run(build, { environment }));
    expect(await hostConf()).to.equal(saved);
    expect((await readdir(disk.directory)).filter((name) => name.includes('host.conf'))).to.deep.equal(['host.conf']);
    await disk.free();
    await succeed(build, environment);
    expect(await hostConf()).to.include('other.conf');
    await playground.engine.removeImage(`${playground.project}-p/plain`);
  });

  it('of an engine: stop, clean and doctor work and say so, and run works when there is space', async () => {
    await writeFile(join(playground.directory, 'run.conf'), '[{"service": "plain", "instance": "one"}]');
    await using own = await OwnEngine.start('64m');
    await ensureTestImage(own.engine);
    const environment = { DOCKER_HOST: own.address };
    await succeed(['run:all', '--yes'], environment);
    await own.disk.fill();
    expectFull(await playground.run(['rerun:plain'], { environment }));
    const doctor = await playground.run(['doctor'], { environment });
    expect(doctor.stdout + doctor.stderr).to.match(/disk +(?:\d+ bytes|[\d.]+ KiB) free|full/);
    const stop = await succeed(['stop:all'], environment);
    expect(stop.stderr).to.match(/full/);
    await succeed(['clean:all,force'], environment);
    await own.disk.free();
    await succeed(['run:all'], environment);
    await succeed(['clean:all,force'], environment);
  });

  function conf(...instances: readonly string[]): string {
    return JSON.stringify(instances.map((instance) => ({ service: 'db', instance, persistent_data: true })));
  }
});
