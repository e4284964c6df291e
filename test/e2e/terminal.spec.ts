import { expect } from 'chai';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTerminal } from '../support/on-terminal.ts';

describe('on a terminal', () => {
  let directory: string;
  before(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dockerops-terminal-'));
    await mkdir(join(directory, 'services'));
  });
  after(() => rm(directory, { recursive: true }));

  it('commands start, and answer as they do elsewhere', async () => {
    const { code, shown } = await onTerminal(['version'], directory);
    expect(code).to.equal(0);
    expect(shown.trim()).to.match(/^dockerops \d+\.\d+\.\d+$/);
  });

  it('help and errors come in colour', async () => {
    expect((await onTerminal(['--help'], directory)).shown).to.contain('install_demo');
    const { code, shown } = await onTerminal(['versoin'], directory);
    expect(code).to.equal(2);
    expect(shown).to.contain('\u001B[31merror:\u001B[39m').and.to.contain('did you mean "dockerops version"?');
  });
});
