import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dockerops, repository, type CliResult } from '../support/cli.ts';
import { eventually } from '../support/eventually.ts';
import { commandsOf, patternOf } from '../support/guide-session.ts';
import { Playground } from '../support/playground.ts';

/** The session of the README. */
describe('the demo, from install to clean', function () {
  this.timeout(600_000);
  const playground = new Playground('demo');
  let directory: string;
  const run = (...words: string[]): Promise<CliResult> =>
    dockerops(words, { cwd: directory, environment: playground.environment });

  before(async () => {
    await playground.open();
    directory = join(playground.directory, 'demo');
    const result = await dockerops([`install_demo:${directory}`], {
      cwd: playground.directory,
      environment: playground.environment,
    });
    expect(result.code, result.stderr).to.equal(0);
    expect(result.stdout).to.contain('dockerops build:all');
  });
  after(() => playground.close());

  /** Checks that the output of a command has each line that the README shows for it. */
  async function expectAsShown(command: string, output: string): Promise<void> {
    const readme = await readFile(join(repository, 'README.md'), 'utf8');
    const shown = commandsOf(readme).find((one) => one.command.replace(/ +#.*/, '') === command);
    expect(shown?.output, command).to.be.an('array').that.is.not.empty;
    for (const line of shown?.output.filter((each) => each !== '```') ?? [])
      expect(output).to.match(patternOf(line.replaceAll('dockerops-demo', playground.project)));
  }

  it('writes a project, and does not overwrite it later', async () => {
    expect(await readFile(join(directory, 'run.conf'), 'utf8')).to.contain('dockerops-dns');
    const again = await dockerops(['install_demo', directory], {
      cwd: playground.directory,
      environment: playground.environment,
    });
    expect(again.code).to.equal(2);
    expect(again.stderr).to.contain(directory);
  });

  it('builds, and builds nothing the second time', async () => {
    expect((await run('build:all')).code).to.equal(0);
    const before = await playground.imageIds();
    const again = await run('build', 'all', '--json');
    expect(again.code, again.stderr).to.equal(0);
    expect((JSON.parse(again.stdout) as { operations: unknown[] }).operations).to.deep.equal([]);
    expect(await playground.imageIds()).to.deep.equal(before);
  });

  it('plans without changing anything, then runs', async () => {
    const plan = await run('plan', '--exit-code');
    expect(plan.code, plan.stderr).to.equal(3);
    expect(await playground.containerIds()).to.deep.equal({});
    const result = await run('run:all');
    expect(result.code, result.stderr).to.equal(0);
    await expectAsShown('dockerops run:all', result.stdout);
    expect(Object.keys(await playground.containerIds())).to.deep.equal(
      ['demo-one', 'demo-three', 'demo-two', 'dockerops-dns-one'].map((key) => `${playground.project}-${key}`),
    );
  });

  it('runs again without changing anything', async () => {
    const before = await playground.containerIds();
    const again = await run('run', 'all');
    expect(again.code, again.stderr).to.equal(0);
    expect(await playground.containerIds()).to.deep.equal(before);
    expect((await run('plan', '--exit-code')).code).to.equal(0);
  });

  it('lists instances as the README shows', async () => {
    await expectAsShown('dockerops ps', (await run('ps')).stdout);
  });

  it('plans nothing, as the README shows, once the first healthchecks are done', async () => {
    await eventually(async () => expectAsShown('dockerops plan', (await run('plan')).stdout), 90_000);
  });

  it('lists instances with their addresses', async () => {
    const { instances } = JSON.parse((await run('ps', '--json')).stdout) as {
      instances: { key: string; address: string; state: string }[];
    };
    expect(instances.map(({ key }) => key)).to.deep.equal(['demo-one', 'demo-three', 'demo-two', 'dockerops-dns-one']);
    for (const { address, state } of instances) expect(`${state} ${address}`).to.match(/^running 10\.\d+\.\d+\.\d+$/);
    expect((await run('ps')).stdout).to.match(/demo +two +standard/);
  });

  it('logs in by ssh with a checked host key and finds the others by name', async () => {
    const ping = await run('ssh:demo,instance=two,command=ping -c 1 -W 3 demo-one');
    expect(ping.stdout, ping.stderr).to.contain('1 received');
    const whoami = await run('ssh', 'demo', '--instance', 'two', '--command', 'id -un; exit 7');
    expect(whoami).to.deep.include({ stdout: 'dockerops\n', code: 7 });
  });

  it('lets instances log in to each other with checked host keys, also after a replacement', async () => {
    const hostname = (): Promise<CliResult> =>
      run(
        'ssh:demo,instance=three,command=ssh -o BatchMode=yes demo-one hostname && ' +
          'ssh -o BatchMode=yes demo-one.local.zone hostname',
      );
    const before = await hostname();
    expect(before.stdout, before.stderr).to.equal('demo-one\ndemo-one\n');
    const anew = await run('rerun:demo,instance=one');
    expect(anew.code, anew.stderr).to.equal(0);
    const again = await hostname();
    expect(again.stdout, again.stderr).to.equal('demo-one\ndemo-one\n');
  });

  it('resolves services, instances and names of the internet inside instances', async () => {
    const names = await run('exec', 'demo', '--instance', 'three', '--', 'getent', 'ahostsv4', 'demo');
    expect(
      new Set(
        names.stdout
          .trim()
          .split('\n')
          .map((line) => line.split(' ')[0]),
      ).size,
      names.stderr,
    ).to.equal(3);
    const local = await run('exec', 'demo', '--instance', 'three', '--', 'getent', 'hosts', 'demo-one.local.zone');
    expect(local.stdout).to.match(/^10\./);
  });

  it('refuses to choose between instances without a terminal', async () => {
    const result = await run('ssh:demo,command=true');
    expect(result.code).to.equal(2);
    expect(result.stderr).to.contain('--instance');
  });

  it('passes input, output and exit code of exec through', async () => {
    const result = await dockerops(['exec', 'demo', '--instance', 'one', '--', 'sh', '-c', 'cat; exit 5'], {
      cwd: directory,
      environment: playground.environment,
      input: 'hello\n',
    });
    expect(result).to.deep.include({ code: 5, stdout: 'hello\n' });
  });

  it('asks before it cleans everything', async () => {
    const refused = await run('clean:all');
    expect(refused.code).to.equal(2);
    expect(refused.stderr).to.contain('--force');
    const result = await run('clean:all,force');
    expect(result.code, result.stderr).to.equal(0);
    expect(result.stdout).to.equal('4 removed\n');
    expect(await playground.containerIds()).to.deep.equal({});
    expect(await playground.networkNames()).to.deep.equal([]);
  });
});
