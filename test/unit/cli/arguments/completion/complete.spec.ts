import { expect } from 'chai';
import fc from 'fast-check';
import type { DescribedCommand, Nameable } from '../../../../../src/lib/cli/arguments/completion/candidate.ts';
import { completeWords } from '../../../../../src/lib/cli/arguments/completion/complete.ts';

const shared = {
  json: { type: 'boolean', helpGroup: 'GLOBAL' },
  host: { type: 'option', char: 'H', helpGroup: 'GLOBAL' },
} as const;
const commands: readonly DescribedCommand[] = [
  {
    id: 'run',
    description: 'run instances',
    args: { target: {} },
    flags: {
      ...shared,
      instance: { type: 'option', char: 'i' },
      'instance-type': { type: 'option', options: ['master', 'debug'] },
      group: { type: 'option' },
      linked: { type: 'boolean', allowNo: true },
      build: { type: 'boolean' },
      secret: { type: 'boolean', hidden: true },
    } as never,
  },
  { id: 'ps', args: { target: {} }, flags: shared },
  { id: 'completion', args: { shell: { options: ['bash', 'zsh'] } }, flags: shared },
  { id: 'install_demo', args: { directory: {} }, flags: shared },
  { id: 'dns:ps', args: {}, flags: shared },
  { id: 'dns:why', args: { name: {} }, flags: shared },
  { id: 'complete', hidden: true, flags: shared },
];
const names: Nameable = {
  services: () => ['postgres', 'web'],
  instances: (service) =>
    service === 'web' ? ['one', 'two'] : service === 'postgres' ? ['master'] : ['master', 'one', 'two'],
  groups: () => ['front'],
  confs: () => ['run'],
  operatingSystems: () => ['debian12'],
  files: (start) => [`${start}dir/`],
};
const complete = (...words: readonly string[]): readonly string[] =>
  completeWords(words, commands, names).map(({ word }) => word);

describe('completing words', () => {
  for (const [title, words, expected] of [
    [
      'names commands, in one word or the first of two, but not hidden ones',
      [''],
      ['completion', 'dns', 'help', 'install_demo', 'ps', 'run'],
    ],
    ['goes on with a command that is begun', ['comp'], ['completion']],
    ['names the second word of a command', ['dns', ''], ['ps', 'why']],
    ['the same behind a colon', ['dns:w'], ['dns:why']],
    ['names services behind a colon', ['run:po'], ['run:postgres']],
    ['names services and all as a word', ['run', ''], ['postgres', 'web', 'all']],
    ['names no second service', ['run', 'web', ''], []],
    [
      'names options with underscores behind a comma, those that take a value with "="',
      ['run:web,'],
      ['run:web,instance=', 'run:web,instance_type=', 'run:web,group=', 'run:web,linked', 'run:web,build'],
    ],
    ['names options of every command when one is begun', ['run:web,j'], ['run:web,json']],
    [
      'names instances of the service that stands first',
      ['run:web,instance='],
      ['run:web,instance=one', 'run:web,instance=two'],
    ],
    ['keeps what stands between', ['run:postgres,build,instance=m'], ['run:postgres,build,instance=master']],
    ['says what a switch can be', ['run:web,linked=F'], ['run:web,linked=False']],
    [
      'says what an option can be',
      ['run:web,instance_type='],
      ['run:web,instance_type=master', 'run:web,instance_type=debug'],
    ],
    ['names flags, and how they are turned off', ['run', 'web', '--l'], ['--linked']],
    ['names the negation of a flag', ['run', 'web', '--no'], ['--no-linked']],
    ['names instances after their flag', ['run', 'web', '--instance', ''], ['one', 'two']],
    ['names instances after its letter', ['run', 'postgres', '-i', 'm'], ['master']],
    ["names instances behind the flag's equals sign", ['run', 'web', '--instance=t'], ['--instance=two']],
    ['mixes both dialects', ['run:web', '--instance', 'o'], ['one']],
    ['names all instances where the service is not known yet', ['run', '--instance', ''], ['master', 'one', 'two']],
    ['takes the value of a flag for no service', ['run', '--group', 'front', 'w'], ['web']],
    ['skips flags before the command', ['-H', 'tcp://x', 'ps', 'w'], ['web']],
    ['names what an argument can be', ['completion:'], ['completion:bash', 'completion:zsh']],
    ['names files', ['install_demo:sub/'], ['install_demo:sub/dir/']],
    ['names commands to be helped with', ['help', 'r'], ['run']],
    ['says nothing behind --', ['run', '--', ''], []],
    ['says nothing of what it does not know', ['nix', ''], []],
  ] as const) {
    it(title, () => {
      expect(complete(...words)).to.deep.equal(expected);
    });
  }

  it('only ever goes on with what is typed, whatever that is', () => {
    const word = fc.oneof(
      fc.constantFrom('run', 'run:', 'run:web,', 'dns:', '--instance', '--', '-H', 'instance=', 'help', ''),
      fc.string(),
    );
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), (words) => {
        for (const candidate of complete(...words)) expect(candidate.startsWith(words.at(-1) ?? '')).to.equal(true);
      }),
    );
  });
});
