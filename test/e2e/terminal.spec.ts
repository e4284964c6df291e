import { expect } from 'chai';
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repository } from '../support/cli.ts';

/** Runs a command line on a terminal of its own, by script(1), which every Debian has */
function onTerminal(words: string, cwd: string): Promise<{ readonly code: number; readonly shown: string }> {
  const line = `${process.execPath} ${join(repository, 'bin', 'dockerops')} ${words}`;
  const environment = { ...process.env, TERM: 'xterm', NO_COLOR: '', CI: '' };
  return new Promise((resolve) => {
    execFile('script', ['--quiet', '--return', '--flush', '--command', line, '/dev/null'], { cwd, env: environment }, (error, stdout) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, shown: stdout });
    });
  });
}

describe('on a terminal', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dockerops-terminal-'));
    await mkdir(join(directory, 'services'));
  });
  after(() => rm(directory, { recursive: true }));

  it('commands start, and answer as they do elsewhere', async () => {
    const { code, shown } = await onTerminal('version', directory);
    expect(code).to.equal(0);
    expect(shown.trim()).to.match(/^dockerops \d+\.\d+\.\d+$/);
  });

  it('help and errors come in colour', async () => {
    expect((await onTerminal('--help', directory)).shown).to.contain('install_demo');
    const { code, shown } = await onTerminal('versoin', directory);
    expect(code).to.equal(2);
    expect(shown).to.contain('\u001B[31merror:\u001B[39m').and.to.contain('did you mean "dockerops version"?');
  });
});
