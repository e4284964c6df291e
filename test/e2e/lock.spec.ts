import { expect } from 'chai';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CliResult } from '../support/cli.ts';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';

const dockerfile = (version: string, more = ''): string =>
  `FROM ${testImage}\nLABEL version=${version}\nCMD ["sleep", "600"]\n${more}`;
const entry = (service: string, more: object = {}): object => ({
  service,
  instance: 'one',
  stop_grace_period: '0s',
  instance_type: 'master',
  persistent_data: false,
  persistent_opt: false,
  persistent_log: false,
  publish_ports: false,
  ...more,
});

describe('a lock', function () {
  this.timeout(120_000);
  const playground = new Playground('lock');
  const run = (...words: readonly string[]): Promise<CliResult> => playground.run(words);
  const lockFile = (): string => join(playground.directory, 'dockerops.lock');
  const lock = (): string => readFileSync(lockFile(), 'utf8');
  const done = async (...words: readonly string[]): Promise<CliResult> => {
    const result = await run(...words);
    expect(result.code, `${words.join(' ')}: ${result.stderr}`).to.equal(0);
    return result;
  };
  const versionOf = async (container: string): Promise<string | undefined> =>
    (await playground.engine.inspectContainer(`${playground.project}-${container}`)).labels['version'];

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
  });
  beforeEach(() =>
    playground.write({
      'services/web/Dockerfile': dockerfile('1'),
      'run.conf': JSON.stringify([entry('web'), entry('box', { image: testImage, seed_command: 'sleep 600' })]),
    }),
  );
  afterEach(() => playground.clear());
  after(() => playground.close());

  it('is the same file for the same build, and stays when a build fails', async () => {
    await done('build', 'all', '--lock');
    const first = lock();
    expect(Object.keys((JSON.parse(first) as { images: object }).images)).to.deep.equal(['box', 'web']);
    await done('build:all,lock,cache=False');
    expect(lock()).to.equal(first);
    await playground.write({ 'services/web/Dockerfile': dockerfile('2', 'RUN false\n') });
    expect((await run('build', 'all', '--lock')).code).to.equal(1);
    expect(lock()).to.equal(first);
    await playground.write({ 'services/web/Dockerfile': dockerfile('2') });
    await done('build', '--lock=other.lock');
    expect(lock()).to.equal(first);
    expect(readFileSync(join(playground.directory, 'other.lock'), 'utf8')).not.to.equal(first);
  });

  it('decides which image masters run, whatever was built since', async () => {
    await done('build', 'all', '--lock');
    await playground.write({ 'services/web/Dockerfile': dockerfile('2') });
    await done('build', 'all');
    await done('run', 'all');
    expect(await versionOf('web-one')).to.equal('1');
    const again = await done('plan', '--exit-code');
    expect(again.stdout).to.include('2 unchanged');
    const without = await done('run', 'all', '--no-locked', '--replace');
    expect(without.stderr).to.include('--no-locked');
    expect(await versionOf('web-one')).to.equal('2');
    await done('rerun', 'web', '--instance', 'one');
    expect(await versionOf('web-one')).to.equal('1');
  });

  it('concerns other instances only when it is asked for', async () => {
    await done('build', 'all', '--lock');
    await playground.write({
      'services/web/Dockerfile': dockerfile('2'),
      'run.conf': JSON.stringify([
        entry('web', { instance_type: 'standard' }),
        entry('box', { image: testImage, autostart: false }),
      ]),
    });
    await done('build', 'web');
    await done('run', 'all');
    expect(await versionOf('web-one')).to.equal('2');
    expect((await done('plan', '--locked')).stdout).to.include('image:');
  });

  it('keeps from starting anything where its images are not, with what is wanted and what is there', async () => {
    await done('build', 'all', '--lock');
    const changed = lock().replaceAll(/"content": "sha256:.{12}/g, '"content": "sha256:0123456789ab');
    writeFileSync(lockFile(), changed);
    for (const words of [['plan'], ['run', 'all'], ['run', 'all', '--locked']]) {
      const { code, stdout, stderr } = await run(...words);
      expect(code).to.equal(1);
      const text = stdout + stderr;
      expect(text).to.include('web is locked to image 0123456789ab').and.to.include('box is locked to image');
      expect(text).to.include('not on this engine').and.to.include('dockerops build all --lock');
    }
    expect(await playground.containerIds()).to.deep.equal({});
    await playground.write({ 'services/web/Dockerfile': dockerfile('3') });
    expect((await run('run', 'web', '--instance', 'one')).stderr).to.include('source changed since the lock');
  });

  it('for another platform is refused, and names both', async () => {
    await done('build', 'all', '--lock');
    writeFileSync(lockFile(), lock().replaceAll(/"platform": ".*"/g, '"platform": "linux/s390x"'));
    const { code, stderr } = await run('run', 'web', '--instance', 'one');
    expect(code).to.equal(1);
    expect(stderr).to.match(/linux\/s390x.*linux\/(amd64|arm64)/);
  });

  it('that cannot be read, or has an entry for what is gone, is an error with the line', async () => {
    await done('build', 'all', '--lock');
    const good = lock();
    const gone = good.replace('"web": {', '"gone": {');
    for (const text of [gone, good.replace('"lock": 1', '"lock": 9'), good.slice(0, 200)]) {
      writeFileSync(lockFile(), text);
      const { code, stderr } = await run('run', 'all');
      expect(code).to.equal(2);
      expect(stderr).to.match(/dockerops\.lock:\d+:\d+/);
    }
  });
});
