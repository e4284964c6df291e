import { expect } from 'chai';
import { UserError } from '../../../../src/lib/errors.ts';
import { rewriteArguments } from '../../../../src/lib/cli/arguments/rewrite-arguments.ts';
import { shapes } from './shapes.ts';

const rewrite = (...argv: string[]): string[] => rewriteArguments(argv, shapes);

function refusal(...argv: string[]): UserError {
  try {
    rewrite(...argv);
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error(`${argv.join(' ')} was accepted`);
}

describe('the two dialects of the command line', () => {
  const same: readonly (readonly [string, string])[] = [
    ['run:postgres', 'run postgres'],
    ['run:postgres,instance=master,publish_ports=False', 'run postgres --instance=master --no-publish-ports'],
    ['run:postgres,master', 'run postgres --instance=master'],
    ['run:postgres,replace', 'run postgres --replace'],
    ['run:postgres,master,replace', 'run postgres --instance=master --replace'],
    ['run:service=postgres,instance=x', 'run postgres --instance=x'],
    ['run:postgres,no_wait', 'run postgres --no-wait'],
    ['run:postgres,no_wait=False', 'run postgres --wait'],
    ['run:postgres,publish-ports=1', 'run postgres --publish-ports'],
    ['run:postgres,replace=no', 'run postgres'],
    ['run:group=back', 'run --group=back'],
    ['run:', 'run'],
    ['run:postgres,', 'run postgres'],
    ['clean:all,force', 'clean all --force'],
    ['clean:group=back,force', 'clean --group=back --force'],
    ['clean:force', 'clean force'],
    ['plan:clean', 'plan --clean'],
    ['plan', 'plan'],
    ['build:all,lock', 'build all --lock='],
    ['build:all,lock=True', 'build all --lock='],
    ['build:all,lock=False', 'build all'],
    ['build:all,lock=a/b.lock', 'build all --lock=a/b.lock'],
    ['build --lock all', 'build --lock= all'],
    ['build all --platform amd64', 'build all --platform amd64'],
    ['build:all,platform=no', 'build all --platform=no'],
    ['build all --lock=x --json', 'build all --lock=x --json'],
    ['install_demo:a/b:c', 'install_demo a/b:c'],
    ['install-demo:x', 'install_demo x'],
    ['ip:demo,one', 'get_ip demo --instance=one'],
    ['get-ip demo', 'get_ip demo'],
    ['dns:ps', 'dns:ps'],
    ['dns ps', 'dns:ps'],
    ['dns:why:demo-one', 'dns:why demo-one'],
    ['dns why demo-one', 'dns:why demo-one'],
    ['dns why:demo-one', 'dns:why demo-one'],
    ['run:postgres --wait --timeout 5', 'run postgres --wait --timeout 5'],
    ['run postgres --publish-ports=False', 'run postgres --no-publish-ports'],
    ['run postgres --publish_ports', 'run postgres --publish-ports'],
    ['run postgres -instance x -group=y -replace', 'run postgres --instance x --group=y --replace'],
    ['run postgres -instance -replace', 'run postgres --instance -replace'],
    ['run postgres -fi x', 'run postgres -fi x'],
    ['run postgres --seed_command=a', 'run postgres --seed-command=a'],
    ['run postgres --seed-command --linked=no', 'run postgres --seed-command --linked=no'],
    ['run postgres -- --publish_ports=False', 'run postgres -- --publish_ports=False'],
    ['-H tcp://x --json ps all', 'ps all -H tcp://x --json'],
    ['--host=tcp://x ps -- y', 'ps --host=tcp://x -- y'],
    ['--version', 'version'],
    ['-v --json', 'version --json'],
    ['--json -v', 'version --json'],
    ['dns', 'dns'],
  ];
  for (const [typed, meant] of same) {
    it(`"${typed}" means "${meant}"`, () => {
      expect(rewrite(...typed.split(' '))).to.deep.equal(meant.split(' '));
    });
  }

  const values: readonly (readonly [string, string])[] = [
    ['"a,b"', 'a,b'],
    ["'a,b'", 'a,b'],
    ['a\\,b', 'a,b'],
    ['a=b=c', 'a=b=c'],
    ['"say \\"a, b\\" \\\\ now"', 'say "a, b" \\ now'],
    ['echo "a, b" c', 'echo "a, b" c'],
    ["it's", "it's"],
    ['"a" and "b,c"', '"a" and "b,c"'],
    ['C:\\dir', 'C:\\dir'],
    ['""', ''],
    ['', ''],
    ['two\nlines', 'two\nlines'],
  ];
  for (const [written, value] of values) {
    it(`a value written ${JSON.stringify(written)} is ${JSON.stringify(value)}`, () => {
      expect(rewrite(`run:web,seed_command=${written},replace`)).to.deep.equal([
        'run',
        'web',
        `--seed-command=${value}`,
        '--replace',
      ]);
    });
  }

  it('a quoted word may look like an option', () => {
    expect(rewrite('install_demo:"a=b,c"')).to.deep.equal(['install_demo', 'a=b,c']);
  });

  for (const [text, isOn] of [
    ['True', true],
    ['TRUE', true],
    ['yes', true],
    ['Y', true],
    ['1', true],
    ['False', false],
    ['No', false],
    ['n', false],
    ['0', false],
  ] as const) {
    it(`a switch that is ${text} is ${isOn ? 'on' : 'off'}`, () => {
      expect(rewrite(`run:web,linked=${text}`).at(-1)).to.equal(isOn ? '--linked' : '--no-linked');
    });
  }
});

describe('what cannot be understood', () => {
  for (const [typed, message, ...suggestions] of [
    ['--josn ps', '--josn is not an option of dockerops', 'did you mean --json?'],
    ['--nonsense', '--nonsense is not an option of dockerops', '"dockerops help" lists all commands'],
    ['--no-jsno ps', '--no-jsno is not an option of dockerops', 'did you mean --json?'],
    [
      '--force clean:all',
      '--force must come after the command',
      'options of a command follow it: dockerops clean:all --force',
    ],
    [
      '--json -i one run web -- x',
      '-i must come after the command',
      'options of a command follow it: dockerops run web --json -i one -- x',
    ],
    [
      '--instance=a;b run web',
      '--instance must come after the command',
      "options of a command follow it: dockerops run web '--instance=a;b'",
    ],
    [
      '--clena plan',
      '--clena is not an option of dockerops',
      'did you mean --clean?',
      'options of a command follow it: dockerops plan --clean',
    ],
    [
      '--log-level',
      '--log-level needs a value',
      'dockerops COMMAND --log-level VALUE',
      '"dockerops help" lists all commands',
    ],
    [
      '--log-level ps',
      '--log-level needs a value',
      'dockerops COMMAND --log-level VALUE',
      '"dockerops help" lists all commands',
    ],
    ['--json', 'options without a command', '"dockerops help" lists all commands'],
    ['-- ps', '-- is not an option of dockerops', '"dockerops help" lists all commands'],
  ] as const) {
    it(`refuses "${typed}", an option before a command, and says what to do`, () => {
      const error = refusal(...typed.split(' '));
      expect([error.exitCode, error.message, ...error.suggestions]).to.deep.equal([2, message, ...suggestions]);
    });
  }

  it('names every wrong key at once, with the nearest right one', () => {
    const error = refusal('run:web,publish_port=True,linked=perhaps,xyzzy=1');
    expect(error.problems.map(({ where, suggestion }) => [where, suggestion])).to.deep.equal([
      ['publish_port', 'did you mean publish_ports?'],
      ['linked', 'use one of True, False, yes, no, y, n, 1, 0'],
      ['xyzzy', undefined],
    ]);
  });

  it('says that an option named alone needs a value', () => {
    expect(refusal('run:web,master,group').problems).to.deep.equal([
      { where: 'group', message: 'needs a value', suggestion: 'write group=…' },
    ]);
  });

  it('refuses a second word where the command knows no instance', () => {
    expect(refusal('ps:all,more').problems[0]?.where).to.equal('more');
  });

  it('refuses a service given twice', () => {
    expect(refusal('run:web,service=db').problems[0]?.message).to.equal('is given twice: web and db');
  });

  it('says which quote is not closed', () => {
    expect(refusal('run:web,seed_command="echo').message).to.contain('"seed_command"');
  });

  it('refuses a switch of the second dialect that is neither yes nor no', () => {
    expect(refusal('run', 'web', '--linked=perhaps').message).to.contain('--linked');
  });

  for (const [typed, nearest] of [
    ['rnu:web', 'run'],
    ['rnu', 'run'],
    ['instal_demo:x', 'install_demo'],
    ['dns:sp', 'dns ps'],
    ['dns pss', 'dns ps'],
    ['RUN', 'run'],
    ['status', 'ps'],
    ['Remove:web', 'clean'],
    ['getip:web', 'get_ip'],
  ] as const) {
    it(`asks whether "${typed}" was meant to be "${nearest}"`, () => {
      expect(refusal(...typed.split(' ')).suggestions[0]).to.equal(`did you mean "dockerops ${nearest}"?`);
    });
  }

  it('suggests nothing when no command is near', () => {
    expect(refusal('frobnicate').suggestions).to.deep.equal(['"dockerops help" lists all commands']);
  });
});
