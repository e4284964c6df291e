import { expect } from 'chai';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';
import { Terminal } from '../support/terminal.ts';

describe('somebody at a terminal', function () {
  this.timeout(120_000);
  const playground = new Playground('questions');
  const open: Terminal[] = [];
  const at = (...words: string[]): Terminal => {
    const terminal = new Terminal(words, playground.directory, playground.environment);
    open.push(terminal);
    return terminal;
  };

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
    await playground.write({
      'services/web/Dockerfile': `FROM ${testImage}\nENV ANSWER=42\nCMD ["sleep", "600"]\n`,
      'services/web/required_env_vars.json': '[ # what it cannot do without\n "API_TOKEN" ]',
      'run.conf':
        '[{"service": "web", "instance": "one", "stop_grace_period": 0}, ' +
        '{"service": "web", "instance": "two", "stop_grace_period": 0}]',
    });
  });
  after(async () => {
    for (const terminal of open) terminal.kill();
    await playground.close();
  });

  it('is asked for a missing variable, which is hidden while typed and saved for this host', async () => {
    const run = at('run:all');
    await run.answer('API_TOKEN', 'hush');
    await run.answer('save it in host.conf?', 'y');
    expect(await run.end(), run.shown).to.equal(0);
    expect(run.shown).to.not.contain('hush');
    const path = join(playground.directory, 'host.conf');
    expect(JSON.parse(await readFile(path, 'utf8'))).to.deep.equal({ API_TOKEN: 'hush' });
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
    const again = await playground.run(['plan', '--exit-code']);
    expect(again.code, again.stdout).to.equal(0);
  });

  it('is asked which of several running instances is meant', async () => {
    const shell = at('shell:web');
    await shell.answer('number or name:', 'web-two');
    await shell.answer('#', 'hostname; exit 7');
    await shell.see('web-two');
    expect(await shell.end(), shell.shown).to.equal(7);
  });

  it('confirms an instance without an entry in run.conf, gets its terminal, and finds it kept afterwards', async () => {
    const no = at('run:web,instance=debug');
    const question = 'run.conf has no entry for web,instance=debug (it has one, two), so defaults apply; continue?';
    await no.answer(question, 'n');
    expect(await no.end()).to.equal(0);
    expect(no.shown).to.contain('nothing was changed');
    const yes = at('run:web,instance=debug');
    await yes.answer('continue?', 'y');
    await yes.answer('#', 'echo is $ANSWER of $INSTANCE_TYPE; exit 3');
    await yes.see('is 42 of debug');
    expect(await yes.end(), yes.shown).to.equal(0);
    expect(yes.shown).to.contain('web-debug exited with status 3');
    expect((await playground.run(['ps:all'])).stdout).to.match(/debug +debug .* exited \(exit 3\)/);
  });
});
