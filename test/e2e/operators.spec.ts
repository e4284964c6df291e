import { expect } from 'chai';
import { cp, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerops, type CliResult } from '../support/cli.ts';
import { Playground } from '../support/playground.ts';

const isRoot = process.getuid?.() === 0;

/** One project in several directories on one engine: a second clone on this machine, and a clone on another. */
describe('several operators of one engine', function () {
  this.timeout(300_000);
  const playground = new Playground('operators');
  let root: string;
  const on = (directory: string, ...words: string[]): Promise<CliResult> =>
    dockerops(words, { cwd: join(root, directory), environment: playground.environment });
  /** Imitates another machine by another machine id, or another host name where there is no id. */
  const elsewhere = (directory: string, ...words: string[]): Promise<CliResult> =>
    dockerops(words, {
      cwd: join(root, directory),
      environment: playground.environment,
      wrapper: [
        'unshare',
        '--mount',
        '--uts',
        'sh',
        '-c',
        'if [ -e /etc/machine-id ]; then mount --bind "$0" /etc/machine-id; else hostname dops-elsewhere; fi && ' +
          'exec "$@"',
        join(root, 'machine-id'),
      ],
    });

  before(async () => {
    await playground.open();
    root = await mkdtemp(join(tmpdir(), `${playground.project}-`));
    const clone = join(root, 'first');
    await mkdir(join(clone, 'services', 'app'), { recursive: true });
    await writeFile(join(clone, 'services', 'app', 'Dockerfile'), 'FROM dockerops/dockerops-base\n');
    await writeFile(
      join(clone, 'run.conf'),
      '[{"service": "app", "instance": "a"}, {"service": "app", "instance": "b", "autostart": false}]',
    );
    await writeFile(join(root, 'machine-id'), 'fedcba9876543210fedcba9876543210\n');
    for (const name of ['second', 'colleague']) await cp(clone, join(root, name), { recursive: true });
    const ran = await on('first', 'run:all');
    expect(ran.code, ran.stderr).to.equal(0);
  });
  after(async () => {
    await playground.close();
    await rm(root, { recursive: true, force: true });
  });

  it('a second clone on this machine is refused at once, and neither sees nor cleans the first', async () => {
    const before = await playground.containerIds();
    const refused = await on('second', 'run:all', '--build');
    expect(refused.code).to.equal(1);
    expect(refused.stderr).to.contain(join(root, 'first')).and.to.contain('--project');
    expect(JSON.parse((await on('second', 'ps', 'all', '--json')).stdout)).to.deep.include({ instances: [] });
    expect((await on('second', 'clean:all,force')).code).to.equal(0);
    expect(await playground.containerIds()).to.deep.equal(before);
  });

  it('a second clone under another name is a project of its own', async () => {
    const plan = await dockerops(['plan', '--json'], {
      cwd: join(root, 'second'),
      environment: { PROJECT_NAME: `${playground.project}-two` },
    });
    expect(plan.code, plan.stderr).to.equal(0);
    expect(JSON.parse(plan.stdout)).to.deep.include({ blockers: [] });
  });

  it('a colleague sees the same project, and is told why instances and logins need its keys', async function () {
    if (!isRoot) return this.skip();
    const { instances } = JSON.parse((await elsewhere('colleague', 'ps', '--json')).stdout) as {
      instances: readonly { key: string }[];
    };
    expect(instances.map(({ key }) => key)).to.deep.equal(['app-a']);
    expect((await elsewhere('colleague', 'run:all')).code, 'nothing to make').to.equal(0);
    for (const words of [['run:app,instance=b'], ['ssh', 'app', '--instance', 'a', '--command', 'true']]) {
      const refused = await elsewhere('colleague', ...words);
      expect(refused.code).to.be.oneOf([1, 2]);
      expect(refused.stderr, words.join(' ')).to.contain('keys export').and.to.contain('keys import');
    }
    expect(Object.keys(await playground.containerIds())).to.deep.equal([`${playground.project}-app-a`]);
  });

  it('with the keys imported a colleague can change the project, and instances trust each other', async function () {
    if (!isRoot) return this.skip();
    const file = join(root, 'keys');
    expect((await on('first', 'keys', 'export', '--output', file)).code).to.equal(0);
    expect((await stat(file)).mode & 0o777).to.equal(0o600);
    const imported = await elsewhere('colleague', 'keys', 'import', file);
    expect(imported.code, imported.stderr).to.equal(0);
    expect((await elsewhere('colleague', 'keys', 'import', file)).stdout).to.contain('already');
    const ran = await elsewhere('colleague', 'run:app,instance=b');
    expect(ran.code, ran.stderr).to.equal(0);
    const hop = await elsewhere('colleague', 'ssh', 'app', '--instance', 'a', '--command', 'ssh app-b hostname');
    expect([hop.code, hop.stdout.trim()], hop.stderr).to.deep.equal([0, 'app-b']);
    expect((await on('first', 'ssh', 'app', '--instance', 'b', '--command', 'true')).code).to.equal(0);
  });

  it('other keys are overwritten only on request', async function () {
    if (!isRoot) return this.skip();
    const other = join(root, 'other');
    await writeFile(
      other,
      JSON.stringify({
        format: 'dockerops-keys-1',
        project: playground.project,
        keys: { dns: Buffer.alloc(32).toString('base64') },
      }),
    );
    expect((await on('first', 'keys', 'import', other)).code).to.equal(0);
    await writeFile(
      other,
      JSON.stringify({
        format: 'dockerops-keys-1',
        project: playground.project,
        keys: { dns: Buffer.alloc(32, 1).toString('base64') },
      }),
    );
    const refused = await on('first', 'keys', 'import', other);
    expect(refused.code).to.equal(2);
    expect(refused.stderr).to.contain('already has different keys: dns').and.to.contain('--force');
    expect((await on('first', 'keys', 'import', other, '--force')).code).to.equal(0);
  });
});
