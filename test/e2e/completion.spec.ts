import { expect } from 'chai';
import { execFile, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { dockerops, launcher } from '../support/cli.ts';

const run = promisify(execFile);

/** Runs the shells themselves; needs no engine. */
describe('dockerops completion', function () {
  this.timeout(60_000);
  let directory: string;

  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dops-test-completion-'));
    for (const folder of ['bin', 'broken', 'project/services/web', 'project/services/postgres'])
      await mkdir(join(directory, folder), { recursive: true });
    await symlink(launcher, join(directory, 'bin/dockerops'));
    await writeFile(
      join(directory, 'project/run.conf'),
      '[{"service": "web", "instance": "one"}, {"service": "web", "instance": "two", "group": "front"}, ' +
        '{"service": "cache", "instance": "main", "image": "x"}]',
    );
    await writeFile(join(directory, 'broken/run.conf'), '[{"service": 7, "instance"');
  });
  after(() => rm(directory, { recursive: true }));

  async function inShell(shell: string, script: string, folder = 'project'): Promise<readonly string[]> {
    const { stdout, stderr } = await run(shell, shell === 'fish' ? ['--no-config', '-c', script] : ['-c', script], {
      cwd: join(directory, folder),
      env: {
        PATH: `${join(directory, 'bin')}:${process.env['PATH'] ?? ''}`,
        HOME: directory,
        DOCKER_HOST: 'unix:///nowhere',
      },
    });
    expect(stderr).to.equal('');
    return stdout
      .split('\n')
      .filter((line) => line !== '')
      .sort();
  }

  const bash = (line: string, folder?: string): Promise<readonly string[]> =>
    inShell(
      'bash',
      `source <(dockerops completion bash); COMP_LINE=${JSON.stringify(line)}; COMP_POINT=\${#COMP_LINE}; ` +
        `_dockerops; printf '%s\\n' "\${COMPREPLY[@]}"`,
      folder,
    );

  it('completes in bash, which breaks words at colons and equals signs', async () => {
    expect(await bash('dockerops va')).to.deep.equal(['validate']);
    expect(await bash('dockerops run:')).to.deep.equal(['all', 'cache', 'postgres', 'web']);
    expect(await bash('dockerops run:po')).to.deep.equal(['postgres']);
    expect(await bash('dockerops run:web,instance=')).to.deep.equal(['one', 'two']);
    expect(await bash('dockerops run we')).to.deep.equal(['web']);
    expect(await bash('dockerops run --group ')).to.deep.equal(['front']);
    expect(await bash('dockerops run web --pub')).to.deep.equal(['--publish-ports']);
  });

  it('keeps the whole word where bash was told not to break it', async () => {
    const script =
      `source <(dockerops completion bash); COMP_WORDBREAKS=' '; COMP_LINE='dockerops run:po'; ` +
      `COMP_POINT=\${#COMP_LINE}; _dockerops; printf '%s\\n' "\${COMPREPLY[@]}"`;
    expect(await inShell('bash', script)).to.deep.equal(['run:postgres']);
  });

  it('prints nothing, not even an error, without a project and with a broken one', async () => {
    for (const folder of ['.', 'broken']) expect(await bash('dockerops ssh ', folder)).to.deep.equal([]);
    expect(await bash('dockerops nix ')).to.deep.equal([]);
  });

  for (const shell of ['zsh', 'fish'] as const) {
    const hasShell = spawnSync(shell, ['--version']).status === 0;

    (hasShell ? it : it.skip)(`completes in ${shell}`, async () => {
      // zsh completes only on a terminal; the test reads the candidates that it passes to compadd.
      const zsh = (words: readonly string[]): string =>
        `compdef() { : }; source <(dockerops completion zsh); compadd() { print -l -- \${(P)@[-1]} }; ` +
        `words=(dockerops ${words.map((word) => `'${word}'`).join(' ')}); CURRENT=$#words; _dockerops`;
      const offered = (...words: readonly string[]): Promise<readonly string[]> =>
        inShell(
          shell,
          shell === 'zsh'
            ? zsh(words)
            : `dockerops completion fish | source; complete -C 'dockerops ${words.join(' ')}' | ` +
                `string replace -r '\\t.*' ''; true`,
        );
      expect(await offered('run:po')).to.deep.equal(['run:postgres']);
      expect(await offered('run', 'we')).to.deep.equal(['web']);
      expect(await offered('run:web,instance=')).to.deep.equal(['run:web,instance=one', 'run:web,instance=two']);
      expect(await offered('run', 'web', '--instance', '')).to.deep.equal(['one', 'two']);
    });
  }

  it('offers no name that a shell would interpret, and quotes the paths of bash', async () => {
    for (const folder of ['$(touch PWNED)', '`id`', 'x;y', 'X', '\u001B[2J', 'x\u202Ey'])
      await mkdir(join(directory, 'hostile/services', folder), { recursive: true });
    await mkdir(join(directory, 'hostile/services/web'));
    await writeFile(
      join(directory, 'hostile/run.conf'),
      '[{"service": "web", "instance": "$(id)", "group": "a b"}, {"service": "web", "instance": "one"}]',
    );
    await writeFile(join(directory, 'hostile/compose $(id).yml'), '');
    await writeFile(join(directory, 'hostile/compose\u001B.yml'), '');
    expect(await bash('dockerops build:', 'hostile')).to.deep.equal(['all', 'web']);
    expect(await bash('dockerops run web --instance ', 'hostile')).to.deep.equal(['one']);
    expect(await bash('dockerops run --group ', 'hostile')).to.deep.equal([]);
    expect(await bash('dockerops import comp', 'hostile')).to.deep.equal(['compose\\ \\$\\(id\\).yml']);
  });

  it('refuses a shell that it has no script for', async () => {
    const { code, stderr } = await dockerops(['completion:ksh'], { cwd: directory });
    expect(code).to.equal(2);
    expect(stderr).to.contain('bash, zsh, fish');
  });
});
