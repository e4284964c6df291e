import { Args, Flags, Parser } from '@oclif/core';
import { expect } from 'chai';
import { UserError } from '../../../../src/lib/errors.ts';
import { reportError } from '../../../../src/lib/cli/arguments/error-report.ts';
import { parseLogLevel } from '../../../../src/lib/cli/arguments/log-level.ts';
import { suggestSwitch } from '../../../../src/lib/cli/arguments/suggest-switch.ts';
import { readKeyFile } from '../../../../src/lib/cli/arguments/read-key-file.ts';

const args = { service: Args.string({ required: true, description: 'name of a service', ignoreStdin: true }) };
const help = 'add --help to see the options of the command';

/** What is said of words that a command does not take, as one line each. */
async function complaint(
  id: string,
  words: readonly string[],
  input: { readonly args?: object; readonly flags?: object },
): Promise<readonly string[]> {
  const thrown: unknown = await Parser.parse([...words], {
    args,
    flags: {},
    strict: true,
    context: { id },
    ...input,
  } as never).catch((error: unknown) => error);
  const { message, problems, suggestions, exitCode } = reportError(thrown);
  expect(exitCode).to.equal(2);
  return [
    message,
    ...problems.map((problem) => [problem.where, problem.message, problem.suggestion].join(' | ')),
    ...suggestions,
  ];
}

describe('words that a command does not take', () => {
  it('says what is missing and what it is', async () => {
    const file = Flags.string({ required: true, helpValue: 'FILE', description: 'file made by backup' });
    expect(await complaint('restore', [], {})).to.deep.equal([
      'wrong usage',
      'service | is missing | add SERVICE: name of a service',
      help,
    ]);
    expect(
      await complaint('import', [], {
        args: { file: Args.string({ required: true, ignoreStdin: true, description: 'the compose file' }) },
      }),
    ).to.include('file | is missing | add FILE: the compose file');
    expect(await complaint('restore', ['web'], { flags: { file } })).to.deep.equal([
      'wrong usage',
      '--file | is missing | add --file FILE: file made by backup',
      help,
    ]);
  });

  it('names what an argument may be', async () => {
    const shell = Args.string({ options: ['bash', 'zsh'], description: 'bash or zsh' });
    expect(await complaint('completion', ['zhs'], { args: { shell } })).to.deep.equal([
      'wrong usage',
      'zhs | is not one of bash, zsh | did you mean zsh?',
      help,
    ]);
  });

  it('shows the way of a word too many: behind --, or as the instance', async () => {
    const instance = Flags.string({ char: 'i' });
    expect(
      await complaint('exec', ['demo', '--instance', 'one', 'ls', 'a b'], {
        flags: { instance, command: Flags.string() },
      }),
    ).to.include("dockerops exec demo --instance one -- ls 'a b'");
    expect(await complaint('plan', ['demo', 'one'], { flags: { instance } })).to.include(
      'dockerops plan demo --instance one',
    );
    for (const words of [
      ['demo', 'one', '--instance', 'two'],
      ['demo', 'one', 'two'],
      ['demo', 'instance=one'],
    ]) {
      expect(
        (await complaint('plan', words, { flags: { instance } })).filter((line) => line.startsWith('dockerops')),
      ).to.deep.equal([]);
    }
  });

  it('tells of the switch that has the name of no service', () => {
    const unknown = new UserError('there is no service "clean"', {
      code: 'UNKNOWN_SERVICE',
      suggestions: ['its services are web'],
    });
    const flags = { clean: { type: 'boolean' }, instance: { type: 'option' } };
    expect(reportError(suggestSwitch(unknown, 'plan', ['clean'], flags)).suggestions).to.deep.equal([
      'its services are web',
      'if you mean the switch: dockerops plan:clean=True',
    ]);
    for (const word of ['instance', 'wbe', 'constructor'])
      expect(suggestSwitch(unknown, 'plan', [word], flags)).to.equal(unknown);
  });

  it('says whether the option or the variable is no log level, once', async () => {
    const level = Flags.custom({ parse: async (text: string) => parseLogLevel(text, '--log-level') })();
    expect(
      (await complaint('ps', ['web', '--log-level', 'inof'], { flags: { 'log-level': level } })).slice(0, 2),
    ).to.deep.equal(['--log-level is "inof"; use one of debug, info, warning, error, fatal', '--log-level info']);
    expect(() => parseLogLevel('loud', 'LOG_LEVEL')).to.throw(
      'LOG_LEVEL is "loud"; use one of debug, info, warning, error, fatal',
    );
  });

  it('names the whole path of a file of keys that is not there, and what makes one', async () => {
    const thrown: unknown = await readKeyFile('/nowhere/x', 'dockerops keys export --output FILE').catch(
      (error: unknown) => error,
    );
    expect(reportError(thrown)).to.deep.include({
      message: '/nowhere/x does not exist',
      suggestions: ['create it on the machine that has the key: dockerops keys export --output FILE'],
    });
  });
});
