import { expect } from 'chai';
import { cp, mkdtemp, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';

const sleeping = `FROM ${testImage}\nCMD ["sleep", "600"]\n`;
const common = { instance: 'one', stop_grace_period: '0s' };
const web = {
  ...common,
  service: 'web',
  links: ['db-one:database'],
  secrets: [{ name: 'session_key', file: 'conf/session.key' }],
};
const db = { ...common, service: 'db' };

/** A person works on a project for a week: each test goes on where the one before has ended. */
describe('a week of work on a project', function () {
  this.timeout(240_000);
  const playground = new Playground('week');
  const others: string[] = [];

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
    await playground.write({
      'services/web/Dockerfile': sleeping,
      'services/db/Dockerfile': sleeping,
      'conf/session.key': 'first\n',
    });
    await conf(web, db);
    await succeed(['run:all'], '2 built, 2 created\n');
  });
  after(async () => {
    for (const directory of others) await rm(directory, { recursive: true, force: true });
    await playground.close();
  });

  const conf = (...entries: readonly object[]): Promise<void> =>
    playground.write({
      'run.conf': entries
        .map((entry) => JSON.stringify(entry))
        .join(',\n')
        .replace(/^.*$/s, '[$&]'),
    });
  const dockerfile = (text: string): Promise<void> => playground.write({ 'services/web/Dockerfile': text });

  async function succeed(words: readonly string[], stdout?: string): Promise<string> {
    const result = await playground.run(words);
    expect(result.code, `${words.join(' ')}: ${result.stderr}`).to.equal(0);
    if (stdout !== undefined) expect(result.stdout).to.equal(stdout);
    return result.stdout;
  }

  /** Instance to container, of those that run. */
  async function running(): Promise<Readonly<Record<string, string>>> {
    const { instances } = JSON.parse(await succeed(['ps', '--json'])) as {
      readonly instances: readonly { readonly key: string; readonly id: string; readonly state: string }[];
    };
    return Object.fromEntries(instances.filter(({ state }) => state === 'running').map(({ key, id }) => [key, id]));
  }

  /** The command fails with a message of these parts, and what runs is what ran before. */
  async function failHarmlessly(words: readonly string[], code: number, ...parts: readonly string[]): Promise<void> {
    const before = await running();
    const result = await playground.run(words);
    expect(result.code, result.stderr).to.equal(code);
    for (const part of parts) expect(result.stderr).to.include(part);
    expect(await running()).to.deep.equal(before);
  }

  it('changed code replaces its instance, and no other', async () => {
    const before = await running();
    await dockerfile(`${sleeping}ENV RELEASE=2\n`);
    await succeed(['up'], '1 built, 1 replaced, 1 kept\n');
    const after = await running();
    expect(after['db-one']).to.equal(before['db-one']);
    expect(after['web-one']).not.to.equal(before['web-one']);
    await succeed(['exec', 'web', '--', 'sh', '-c', 'echo $RELEASE'], '2\n');
  });

  it('a wrong value is told with its place, and changes nothing', async () => {
    await conf({ ...web, cpus: 0 }, db);
    await failHarmlessly(['run:all,replace'], 2, 'run.conf:1:', '"cpus" is 0; it must be more than 0');
  });

  it('what only the engine refuses takes nothing away, and the command that is named leads on', async () => {
    await conf({ ...web, seed_command: 'nonsense' }, db);
    const again = 'run:web,instance=one,build=True,replace=True';
    await failHarmlessly(
      ['run:all,replace'],
      1,
      'nonsense',
      `-> when its folder is fixed, build and run it: dockerops ${again}`,
    );
    await conf({ ...web, env_vars: { LEVEL: '3' } }, db);
    await succeed([again], '1 replaced\n');
  });

  it('an image that crashes, and one that is nowhere, take nothing away', async () => {
    await dockerfile(`FROM ${testImage}\nCMD ["sh", "-c", "echo broken; exit 1"]\n`);
    await failHarmlessly(['up'], 1, '| broken', '-> see its whole log: dockerops logs:web,instance=one');
    await dockerfile(`FROM localhost:1/${playground.project}/nowhere:1\n`);
    await failHarmlessly(['up'], 1, `localhost:1/${playground.project}/nowhere:1`, '-> see whether its name is right');
    await dockerfile(sleeping);
    await succeed(['up']);
  });

  it('a renamed service runs beside the old one, which is told and removed by the command that is named', async () => {
    await rename(join(playground.directory, 'services/web'), join(playground.directory, 'services/shop'));
    await conf({ ...web, service: 'shop' }, db);
    await succeed(
      ['run:all'],
      '1 built, 1 created, 1 kept\nweb-one: not in run.conf; to remove it: dockerops clean:web,instance=one\n',
    );
    await succeed(['clean:web,instance=one'], '1 removed\n');
    expect(Object.keys(await running())).to.deep.equal(['db-one', 'shop-one']);
    await succeed(['exec', 'shop', '--', 'ping', '-c1', '-W5', 'database']);
  });

  it('three copies run beside the one of before until that is removed', async () => {
    const { instance: _, ...entry } = { ...web, service: 'shop', replicas: 3 };
    await conf(entry, db);
    await succeed(
      ['run:all'],
      '3 created, 1 kept\nshop-one: not in run.conf; to remove it: dockerops clean:shop,instance=one\n',
    );
    await succeed(['clean:shop,instance=one'], '1 removed\n');
    expect(Object.keys(await running())).to.deep.equal(['db-one', 'shop-1', 'shop-2', 'shop-3']);
    await failHarmlessly(['stop:shop'], 2, 'shop-1, shop-2, shop-3', '-> answer with --force');
    await failHarmlessly(
      ['exec', 'shop,instance=2', '--', 'true'],
      2,
      '-> after a space options are flags: shop --instance 2',
    );
  });

  it('a turned secret is seen by ps and arrives by a replacement', async () => {
    await playground.write({ 'conf/session.key': 'second\n' });
    expect(await succeed(['ps', 'shop'])).to.include('secrets.session_key');
    await succeed(['run:all,replace'], '3 replaced, 1 kept\n');
    await succeed(['exec', 'shop', '--instance', '3', '--', 'cat', '/run/secrets/session_key'], 'second\n');
  });

  it('with a broken run.conf what runs is seen, stopped and started, and nothing else happens', async () => {
    await playground.write({ 'run.conf': '[{"service"' });
    await failHarmlessly(['run:all'], 2, 'run.conf:1:');
    await failHarmlessly(['run:shop,replace'], 2, 'run.conf:1:');
    await succeed(['stop:shop,instance=2'], '1 stopped\n');
    await succeed(['start:shop,instance=2'], '1 started\n');
    const { instance: _, ...entry } = { ...web, service: 'shop', replicas: 3 };
    await conf(entry, db);
    await succeed(['run:all'], '4 kept\n');
  });

  it('a copy of the project touches nothing of it, and runs under a name of its own', async () => {
    const copy = await mkdtemp(join(tmpdir(), `${playground.project}-copy-`));
    others.push(copy);
    await cp(playground.directory, copy, { recursive: true });
    const before = await running();
    const refused = await playground.run(['run:all'], { cwd: copy });
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.include(`runs from another directory of this machine: ${playground.directory}`);
    const environment = { PROJECT_NAME: `${playground.project}-copy` };
    const beside = await playground.run(['run:all'], { cwd: copy, environment });
    const removed = await playground.run(['clean:all,force'], { cwd: copy, environment });
    expect([beside.code, removed.code, removed.stdout], beside.stderr).to.deep.equal([0, 0, '4 removed\n']);
    expect(await running()).to.deep.equal(before);
    for (const service of ['shop', 'db']) await playground.engine.removeImage(`${playground.project}-copy/${service}`);
  });

  it('clean at the end names what goes, and leaves nothing', async () => {
    await failHarmlessly(['clean:all'], 2, 'db-one, shop-1, shop-2, shop-3', '-> answer with --force');
    await succeed(['clean:all,force'], '4 removed\n');
    expect(await playground.containerIds()).to.deep.equal({});
    expect(await playground.networkNames()).to.deep.equal([]);
  });
});
