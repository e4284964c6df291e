import { expect } from 'chai';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';

describe('secrets and read-only roots', function () {
  this.timeout(180_000);
  const playground = new Playground('secrets');
  const conf = [
    { service: 'web', instance: 'one', secrets: ['db_password'] },
    {
      service: 'web',
      instance: 'sealed',
      read_only: true,
      secrets: [{ name: 'db_password', file: 'private/password' }],
    },
    {
      service: 'plain',
      instance: 'one',
      image: testImage,
      seed_command: ['sleep', '600'],
      user: '1000',
      read_only: true,
      secrets: ['db_password'],
    },
  ];
  const keys = ['web-one', 'web-sealed', 'plain-one'];
  const run = (words: readonly string[], secret = 'hush-1'): ReturnType<Playground['run']> =>
    playground.run(words, { environment: { DB_PASSWORD: secret } });
  const read = async (key: string): Promise<string> =>
    (
      await playground.engine.exec(
        `${playground.project}-${key}`,
        { command: ['cat', '/run/secrets/db_password'] },
        10_000,
      )
    ).stdout;

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
    await playground.write({
      'services/web/Dockerfile': 'FROM dockerops/dockerops-base\n',
      'run.conf': JSON.stringify(conf),
      'private/password': 'hush-1',
    });
    const started = await run(['run:all']);
    expect(started.code, started.stderr).to.equal(0);
    expect(started.stdout + started.stderr).to.not.contain('hush');
  });
  after(() => playground.close());

  it('can be read inside the instance, are in memory on the base image, and are back after a restart', async () => {
    for (const key of keys) {
      expect(await read(key), key).to.equal('hush-1');
      await playground.engine.stopContainer(`${playground.project}-${key}`, 1);
    }
    const started = await run(['start:all']);
    expect(started.code, started.stderr).to.equal(0);
    for (const key of keys) expect(await read(key), key).to.equal('hush-1');
    const mounts = await playground.engine.exec(
      `${playground.project}-web-sealed`,
      { command: ['grep', ' /run/secrets ', '/proc/mounts'] },
      10_000,
    );
    expect(mounts.stdout).to.match(/^tmpfs /);
  });

  it('are in no label, no variable and no log', async () => {
    for (const key of keys) {
      const { labels, environment } = await playground.engine.inspectContainer(`${playground.project}-${key}`);
      expect(JSON.stringify([labels, environment])).to.not.contain('hush');
      expect(environment).to.include('DB_PASSWORD_FILE=/run/secrets/db_password');
    }
    expect((await run(['logs:all'])).stdout).to.not.contain('hush');
  });

  async function driftOf(secret: string): Promise<Readonly<Record<string, readonly string[]>>> {
    const { instances } = JSON.parse((await run(['ps', '--json'], secret)).stdout) as {
      readonly instances: readonly { readonly key: string; readonly drift: readonly string[] }[];
    };
    return Object.fromEntries(instances.map(({ key, drift }) => [key, drift]));
  }

  it('that change are reported, and a replacement has them', async () => {
    const plan = await run(['plan'], 'hush-2');
    expect(plan.stdout)
      .to.contain('secrets.db_password: <secret> -> <another secret>')
      .and.to.match(/= keep +web-sealed/)
      .and.to.not.contain('hush');
    // Another shell may have another value: ps compares with what the files say.
    expect(await driftOf('hush-2')).to.deep.equal({ 'web-one': [], 'web-sealed': [], 'plain-one': [] });
    await playground.write({ 'private/password': 'hush-3' });
    expect(await driftOf('hush-1')).to.deep.equal({
      'web-one': [],
      'web-sealed': ['secrets.db_password'],
      'plain-one': [],
    });
    await playground.write({ 'private/password': 'hush-1' });
    const replaced = await run(['run:web,instance=one,replace'], 'hush-2');
    expect(replaced.code, replaced.stderr).to.equal(0);
    expect(await read('web-one')).to.equal('hush-2');
  });

  it('work with a read-only root, which can be logged in to and not written', async () => {
    const { code, stdout, stderr } = await run([
      'ssh:web,instance=sealed,command=cat /run/secrets/db_password; touch /home/dockerops/x && ! sudo touch /x',
    ]);
    expect(code, stderr).to.equal(0);
    expect(stdout).to.equal('hush-1');
  });
});
