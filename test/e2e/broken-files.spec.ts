import { expect } from 'chai';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';

describe('while files of the project are wrong', function () {
  this.timeout(240_000);
  const playground = new Playground('broken');
  const command = '"image": "' + testImage + '", "seed_command": "sleep 600", "stop_grace_period": 0';
  const right = {
    'run.conf':
      `[{"service": "web", "instance": "one", "env_file": "web.env", ${command}},\n` +
      ` {"service": "db", "instance": "one", ${command}}]`,
    'web.env': 'A=1\n',
  };

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
    await playground.write(right);
    const run = await playground.run(['run:all']);
    expect(run.code, run.stderr).to.equal(0);
  });
  const restoreFiles = async (): Promise<void> => {
    await playground.write(right);
    await rm(join(playground.directory, 'host.conf'), { force: true });
  };
  beforeEach(restoreFiles);
  after(async () => {
    await restoreFiles();
    await playground.close();
  });

  for (const [what, file, text, complaint] of [
    ['run.conf is half written', 'run.conf', '[{"service": "web",', 'run.conf:1:'],
    ['host.conf is broken', 'host.conf', '{', 'host.conf:1:'],
    ['an env_file is gone', 'web.env', undefined, 'there is no file web.env'],
    ['an entry has a wrong value', 'run.conf', `[{"service": "db", "cpus": 0, ${command}}]`, 'run.conf:1:'],
  ] as const)
    it(`${what}: what runs can be listed, read, entered, stopped, started and removed`, async () => {
      const path = join(playground.directory, file);
      await (text === undefined ? rm(path) : writeFile(path, text, { mode: 0o600 }));
      for (const words of [
        ['ps'],
        ['info', 'web'],
        ['logs', 'web'],
        ['exec', 'web', '--', 'true'],
        ['get_ip', 'web'],
        ['stop', 'web'],
        ['start', 'web'],
        ['restart', 'web'],
        ['clean', 'web'],
      ]) {
        const { code, stderr } = await playground.run(words);
        expect(code, `${words.join(' ')}: ${stderr}`).to.equal(0);
        const lines = stderr.split('\n').filter((line) => line.startsWith('warning: '));
        expect(lines, words.join(' ')).to.have.length(1);
        expect(lines[0]).to.contain(complaint).and.contain('see dockerops validate');
      }
      await restoreFiles();
      const again = await playground.run(['run:all']);
      expect([again.code, again.stdout], again.stderr).to.deep.equal([0, '1 created, 1 kept\n']);
    });

  it('a service runs while only the entry of another is wrong', async () => {
    await playground.write({ 'run.conf': right['run.conf'].replace('"service": "db"', '"service": "db", "cpus": 0') });
    const web = await playground.run(['run:web']);
    expect([web.code, web.stdout], web.stderr).to.deep.equal([0, '1 kept\n']);
    expect(web.stderr).to.contain('warning: run.conf:2:');
    expect((await playground.run(['run:db'])).code).to.equal(2);
    expect((await playground.run(['run:all'])).code).to.equal(2);
  });
});
