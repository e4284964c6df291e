import { expect } from 'chai';
import { PassThrough } from 'node:stream';
import { Interrupted, UserError } from '../../../../src/lib/errors.ts';
import { Prompt } from '../../../../src/lib/cli/arguments/prompt.ts';

const uninterrupted = { signal: new AbortController().signal, receive: () => {} };

function terminal(isTTY: boolean): {
  readonly prompt: Prompt;
  readonly input: PassThrough;
  readonly shown: () => string;
} {
  const input = Object.assign(new PassThrough(), { isTTY });
  const output = Object.assign(new PassThrough(), { isTTY, columns: 80 });
  let shown = '';
  output.on('data', (chunk: Buffer) => (shown += chunk.toString()));
  return { prompt: new Prompt({ input, output }, uninterrupted), input, shown: () => shown };
}

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  return await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('a question', () => {
  it('is an error that names its flag where there is no terminal', async () => {
    const error = await errorOf(terminal(false).prompt.ask('which instance?', { flag: '--instance NAME' }));
    expect(error).to.be.instanceOf(UserError);
    expect((error as UserError).suggestions).to.deep.equal(['answer with --instance NAME']);
  });

  it('shows what it is about: a line each on a terminal, and in the error where there is none', async () => {
    const question = { flag: '--force', items: ['web-one', 'web-two'] };
    const error = await errorOf(terminal(false).prompt.confirm('stop both?', question));
    expect((error as UserError).message).to.equal('no terminal to ask on: stop both? (web-one, web-two)');
    const { prompt, input, shown } = terminal(true);
    input.write('y\r');
    expect(await prompt.confirm('stop both?', question)).to.equal(true);
    expect(shown().replaceAll('\r', '')).to.contain('stop both?\n  web-one\n  web-two\n[y/N] ');
  });

  it('takes a line as the answer', async () => {
    const { prompt, input } = terminal(true);
    input.write(' one \r');
    expect(await prompt.ask('which?', { flag: '-i' })).to.equal('one');
  });

  it('does not show a secret while it is typed', async () => {
    const { prompt, input, shown } = terminal(true);
    input.write('hunter2\r');
    expect(await prompt.ask('password?', { flag: '-p', secret: true })).to.equal('hunter2');
    expect(shown()).to.contain('password?').and.not.to.contain('hunter');
  });

  for (const [answer, isYes] of [
    ['y', true],
    ['YES', true],
    ['', false],
    ['n', false],
    ['yesterday', false],
  ] as const) {
    it(`takes "${answer}" for ${isYes ? 'yes' : 'no'}`, async () => {
      const { prompt, input } = terminal(true);
      input.write(`${answer}\r`);
      expect(await prompt.confirm('sure?', { flag: '--yes' })).to.equal(isYes);
    });
  }

  it('takes the number or the name of a choice, and asks again for anything else', async () => {
    const { prompt, input, shown } = terminal(true);
    const answers = ['3', '2'];
    const chosen = prompt.choose('which?', ['one', 'two'], { flag: '-i' });
    for (let asked = 0; answers.length > 0; await new Promise((resolve) => setTimeout(resolve))) {
      const now = shown().split('number or name:').length - 1;
      if (now > asked) input.write(`${answers.shift() ?? ''}\r`);
      asked = now;
    }
    expect(await chosen).to.equal('two');
  });

  it('ends in an interruption when the input ends or Ctrl-C is typed', async () => {
    const ended = terminal(true);
    ended.input.end();
    expect(await errorOf(ended.prompt.ask('which?', { flag: '-i' }))).to.be.instanceOf(Interrupted);
    const interrupted = terminal(true);
    interrupted.input.write('\u0003');
    expect(await errorOf(interrupted.prompt.ask('which?', { flag: '-i' }))).to.be.instanceOf(Interrupted);
  });

  it('ends when the command is interrupted, and when its terminal is closed', async () => {
    const abort = new AbortController();
    const input = Object.assign(new PassThrough(), { isTTY: true });
    const output = Object.assign(new PassThrough(), { isTTY: true, columns: 80 });
    const { signal } = abort;
    const asked = errorOf(new Prompt({ input, output }, { signal, receive: () => {} }).ask('which?', { flag: '-i' }));
    input.emit('error', new Error('read EIO'));
    abort.abort();
    expect(await asked).to.be.instanceOf(Interrupted);
  });
});
