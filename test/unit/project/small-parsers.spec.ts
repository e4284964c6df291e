import { expect } from 'chai';
import fc from 'fast-check';
import { UserError } from '../../../src/lib/errors.ts';
import { parseEnvFile } from '../../../src/lib/project/conf/env-file.ts';
import { parseHostConf } from '../../../src/lib/project/conf/host-conf.ts';
import { changeHostConf } from '../../../src/lib/project/conf/save-host-conf.ts';
import { parsePort } from '../../../src/lib/project/resolve/network/port-text.ts';
import { parseBytes, parseSeconds } from '../../../src/lib/project/conf/quantities.ts';
import { parseRequiredVariables } from '../../../src/lib/project/conf/required-variables.ts';
import { quoteWords, splitWords } from '../../../src/lib/shell-words.ts';
import { jsonText } from '../../../src/lib/model/template.ts';

/** Whether a text can be got from another by taking characters out. */
function isWithin(text: string, other: string): boolean {
  let found = -1;
  return [...text].every((character) => (found = other.indexOf(character, found + 1)) !== -1);
}

describe('an env_file', () => {
  it('is lines of NAME=value with comments, quotes and export', () => {
    const text = '# c\n\nA=1\nexport B = two words # c\nC=\'a # "b"\'\r\nD="x\\n\\"y\\"" # c\nE=\nF=a#b\nA=2\n';
    expect(parseEnvFile('.env', text).variables.map(({ name, value, where }) => [name, value, where])).to.deep.equal([
      ['B', 'two words', '.env:4:1'],
      ['C', 'a # "b"', '.env:5:1'],
      ['D', 'x\n"y"', '.env:6:1'],
      ['E', '', '.env:7:1'],
      ['F', 'a#b', '.env:8:1'],
      ['A', '2', '.env:9:1'],
    ]);
  });

  it('names each line that is none', () => {
    expect(parseEnvFile('.env', 'A=1\nnonsense\n2B=1').problems).to.deep.equal([
      {
        where: '.env:2:1',
        message: '"nonsense" is not NAME=value',
        suggestion: 'write NAME=value, or begin the line with #',
      },
      {
        where: '.env:3:1',
        message: '"2B=1" is not NAME=value',
        suggestion: 'write NAME=value, or begin the line with #',
      },
    ]);
  });
});

describe('host.conf', () => {
  it('is one flat object, with comments', () => {
    const { conf, problems } = parseHostConf(
      'host.conf',
      '{ # mine\n "A": "1", "N": 1.50, "last_conf": "run_x.conf",\n}',
    );
    expect(problems).to.deep.equal([]);
    expect(conf).to.deep.include({ values: { A: '1', N: '1.50' }, lastConf: 'run_x.conf' });
    expect(conf.places['N']).to.equal('host.conf:2:12');
  });

  it('says what is wrong with it', () => {
    const messages = (text: string): readonly unknown[] => parseHostConf('host.conf', text).problems;
    expect(messages('[]')).to.deep.equal([
      {
        where: 'host.conf:1:1',
        message: 'host.conf must be an object of variables',
        suggestion: 'write { "NAME": "value" }',
      },
    ]);
    expect(messages('{"A": {}, "B": true, "C": 1}')).to.deep.equal([
      {
        where: 'host.conf:1:2',
        message: 'the value of A must be a string in double quotes or a number',
        suggestion: 'write "A": "…"',
      },
      {
        where: 'host.conf:1:11',
        message: 'the value of B must be a string in double quotes or a number',
        suggestion: 'write "B": "…"',
      },
    ]);
    expect(messages('{"A": "1", "A": "2"}')).to.deep.equal([
      { where: 'host.conf:1:12', message: 'the key "A" appears twice in one object', suggestion: 'keep one of them' },
    ]);
    expect(messages('{"A" "1"}')).to.have.length(1);
  });

  it('is left as it is, to the last character, when nothing changes', () => {
    const text = '{ # mine\n "A": "1",\n}';
    expect(changeHostConf(text, { A: '1' })).to.equal(text);
  });

  it('keeps every other byte when a value is added or changed: spelling of numbers, comments, line ends', () => {
    const text =
      '{\n' +
      '  # of this host, "A": 1\n' +
      '  "VERSION": 1.10, // not 1.1\n' +
      '  "ACCOUNT": 12345678901234567890, # mine, all\n\n' +
      '  "LAST": "x" # the last {one}\n' +
      '  /* , */\n' +
      '}\n' +
      '# end\n';
    const added = text.replace('"x"', '"x",').replace('/* , */\n', '/* , */\n  "last_conf": "prod.conf"\n');
    expect(changeHostConf(text, { last_conf: 'prod.conf' })).to.equal(added);
    expect(changeHostConf(added, { last_conf: 'run.conf', LAST: '"y"' })).to.equal(
      added.replace('prod', 'run').replace('"x"', '"\\"y\\""'),
    );
    expect(changeHostConf(text, { VERSION: '1.10' })).to.equal(text);
    expect(changeHostConf('\uFEFF{\r\n\t"A": "1",\r\n}', { B: '2' })).to.equal(
      '\uFEFF{\r\n\t"A": "1",\r\n\t"B": "2"\r\n}',
    );
  });

  it('gets a value wherever it has room for one', () => {
    const changed = (text: string | undefined): string => changeHostConf(text, { B: '2' });
    expect(['{}', '{"A": "1"}', '{ "A": "1", /* x */ }', '{ # mine\n}', '{"A": "1"\n}'].map(changed)).to.deep.equal([
      '{ "B": "2" }',
      '{"A": "1", "B": "2"}',
      '{ "A": "1", /* x */ "B": "2" }',
      '{ # mine\n  "B": "2"\n}',
      '{"A": "1",\n  "B": "2"\n}',
    ]);
    expect([undefined, '', '# mine'].map(changed)).to.deep.equal([
      '{\n  "B": "2"\n}\n',
      '{\n  "B": "2"\n}\n',
      '# mine\n{\n  "B": "2"\n}\n',
    ]);
  });

  it('is not written over when it cannot be read', () => {
    expect(() => changeHostConf('{"A" "1"}', { B: '2' }))
      .to.throw(UserError)
      .with.property('code', 'INVALID_CONF');
  });

  it('stays readable with whatever is between its values, and keeps it', () => {
    const filling = fc.constantFrom('', ' ', '\n', '\r\n', ' # a, "b" {\n', ' // }\n', ' /* "x": 1, */ ', '\n\n  ');
    const values = fc.array(fc.tuple(filling, filling, filling, filling), { maxLength: 4 });
    fc.assert(
      fc.property(values, filling, filling, fc.boolean(), (members, before, end, trailing) => {
        const written = members
          .map(([a, b, c, d], index) => `${a}"N${String(index)}"${b}:${c}1.${String(index)}0${d}`)
          .join(',');
        const text = `${before}{${written}${trailing && members.length > 0 ? ',' : ''}${end}}`;
        const changed = changeHostConf(text, { NEW: 'x' });
        expect({ ...parseHostConf('host.conf', changed).conf.values }).to.deep.equal({
          ...parseHostConf('host.conf', text).conf.values,
          NEW: 'x',
        });
        expect(isWithin(text, changed), changed).to.equal(true);
      }),
    );
  });

  it('gives back what was put in, for any names and values', () => {
    const names = fc.string({ minLength: 1 }).filter((name) => name !== 'last_conf' && name !== '__proto__');
    fc.assert(
      fc.property(fc.dictionary(names, fc.string()), fc.dictionary(names, fc.string()), (before, changes) => {
        const text = changeHostConf(changeHostConf(undefined, before), changes);
        expect({ ...parseHostConf('host.conf', text).conf.values }).to.deep.equal({ ...before, ...changes });
      }),
    );
  });
});

describe('required_env_vars.json', () => {
  it('is a list of names, with comments', () => {
    expect(parseRequiredVariables('r', '[ # x\n "A", // y\n "B",\n]')).to.deep.equal({
      variables: [
        { name: 'A', where: 'r:2:2' },
        { name: 'B', where: 'r:3:2' },
      ],
      problems: [],
    });
  });

  it('says what is wrong with it', () => {
    expect(parseRequiredVariables('r', '{}').problems).to.deep.equal([
      { where: 'r:1:1', message: 'the file must be a list of names', suggestion: 'write ["NAME", …]' },
    ]);
    expect(parseRequiredVariables('r', '["A b", 1]').problems.map(({ where }) => where)).to.deep.equal([
      'r:1:2',
      'r:1:9',
    ]);
  });
});

describe('sizes and times', () => {
  it('have units, in powers of 1024 and in seconds', () => {
    expect(['512m', '2G', '1.5k', '64kb', '7b', '10', 10].map(parseBytes)).to.deep.equal([
      536_870_912, 2_147_483_648, 1536, 65_536, 7, 10, 10,
    ]);
    expect(['90s', '1m30s', '500ms', '2h', '1.5s', 10].map(parseSeconds)).to.deep.equal([90, 90, 0.5, 7200, 1.5, 10]);
  });

  it('are refused in any other form', () => {
    for (const text of ['', 'x', '1t', 'm', '1 2', '-1']) expect(parseBytes(text), text).to.equal(undefined);
    for (const text of ['', '1', '1d', 's', '1m 30s', '-1s']) expect(parseSeconds(text), text).to.equal(undefined);
  });
});

describe('a port', () => {
  it('has a host side, an address and a protocol if it says so', () => {
    expect(parsePort('80')).to.deep.equal([{ container: 80, protocol: 'tcp' }]);
    expect(parsePort('127.0.0.1:8053:53/udp')).to.deep.equal([
      { container: 53, protocol: 'udp', host: 8053, ip: '127.0.0.1' },
    ]);
    expect(parsePort('127.0.0.1::53')).to.deep.equal([{ container: 53, protocol: 'tcp', ip: '127.0.0.1' }]);
    expect(parsePort('8000-8001:80-81')).to.deep.equal([
      { container: 80, protocol: 'tcp', host: 8000 },
      { container: 81, protocol: 'tcp', host: 8001 },
    ]);
  });

  it('is refused in any other form', () => {
    for (const text of ['', 'a', '0', '70000', '80:', '1-3:1-2', '3-1', '300.1.1.1:1:1', '1.1:1:1', '80/sctp', '-'])
      expect(parsePort(text), text).to.equal(undefined);
  });
});

describe('a command', () => {
  it('is split as a shell splits it, with nothing expanded', () => {
    expect(splitWords(`a "b c" 'd "e' f\\ g "h\\"i" j"k"'l' ''  $X`)).to.deep.equal([
      'a',
      'b c',
      'd "e',
      'f g',
      'h"i',
      'jkl',
      '',
      '$X',
    ]);
    expect(splitWords('  ')).to.deep.equal([]);
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(splitWords(quoteWords(words))).to.deep.equal(words);
      }),
    );
  });

  it('must close its quotes', () => {
    for (const text of ['"a', "a 'b", 'a "b\\"']) expect(splitWords(text), text).to.equal(undefined);
  });

  it('comes back as the words that were quoted, for any words', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(splitWords(words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' '))).to.deep.equal(words);
      }),
    );
  });
});

describe('a JSON text with holes', () => {
  it('is the document when the holes are filled, for any document', () => {
    fc.assert(
      fc.property(
        fc.dictionary(
          fc.string().filter((name) => name !== 'text' && name !== '__proto__'),
          fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.array(fc.string())),
        ),
        fc.string(),
        (document, before) => {
          const text = jsonText({ ...document, hole: { text: [before, { addressOf: 'x' }] } });
          expect(
            JSON.parse(text.map((piece) => (typeof piece === 'string' ? piece : '192.0.2.1')).join('')),
          ).to.deep.equal({ ...document, hole: `${before}192.0.2.1` });
        },
      ),
    );
  });
});
