import { expect } from 'chai';
import fc from 'fast-check';
import { UserError } from '../../../../src/lib/errors.ts';
import { parseHostConf } from '../../../../src/lib/project/conf/host-conf.ts';
import { changeHostConf } from '../../../../src/lib/project/conf/save-host-conf.ts';

/** Whether a text can be got from another by taking characters out. */
function isWithin(text: string, other: string): boolean {
  let found = -1;
  return [...text].every((character) => (found = other.indexOf(character, found + 1)) !== -1);
}

describe('host.conf', () => {
  it('is a flat object with comments', () => {
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

  it('is not changed by a byte when the values stay the same', () => {
    const text = '{ # mine\n "A": "1",\n}';
    expect(changeHostConf(text, { A: '1' })).to.equal(text);
  });

  it('keeps every other byte when a value is added or changed: numbers, comments, line ends', () => {
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

  it('gets a value in any layout', () => {
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

  it('is not overwritten when it is invalid', () => {
    expect(() => changeHostConf('{"A" "1"}', { B: '2' }))
      .to.throw(UserError)
      .with.property('code', 'INVALID_CONF');
  });

  it('stays valid and keeps everything between its values, for any text there', () => {
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

  it('returns the values that were set, for any names and values', () => {
    const names = fc.string({ minLength: 1 }).filter((name) => name !== 'last_conf' && name !== '__proto__');
    fc.assert(
      fc.property(fc.dictionary(names, fc.string()), fc.dictionary(names, fc.string()), (before, changes) => {
        const text = changeHostConf(changeHostConf(undefined, before), changes);
        expect({ ...parseHostConf('host.conf', text).conf.values }).to.deep.equal({ ...before, ...changes });
      }),
    );
  });
});
