import { expect } from 'chai';
import { parseEnvFile } from '../../../../src/lib/project/conf/env-file.ts';

describe('an env_file', () => {
  it('has lines of NAME=value with comments, quotes and export', () => {
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

  for (const [text, value] of [
    ['A="one\nB=two"\nC=3', 'one\nB=two'],
    ["A='one\r\n# no comment\r\n\r\nend'  # comment\nC=3", 'one\n# no comment\n\nend'],
    ['A="say \\"hi\\"\nC:\\\\x"\nC=3', 'say "hi"\nC:\\x'],
    ['A="{"x": 1}"\nC=3', '"{"x": 1}"'],
    ["A='it''s'\nC=3", "'it''s'"],
  ] as const)
    it(`reads ${JSON.stringify(text)}`, () => {
      const { variables, problems } = parseEnvFile('.env', text);
      expect(problems).to.deep.equal([]);
      expect(Object.fromEntries(variables.map((each) => [each.name, each.value]))).to.deep.equal({ A: value, C: '3' });
    });

  it('reports a quote that is not closed at the line where it begins', () => {
    for (const quote of ['"', "'"]) {
      const { problems, variables } = parseEnvFile('.env', `X=1\nA=${quote}never closed\nB=2\n`);
      expect(problems.map(({ where, message }) => [where, message])).to.deep.equal([
        ['.env:2:1', `the quote ${quote} is not closed`],
      ]);
      expect(variables.map(({ name }) => name)).to.deep.equal(['X', 'B']);
    }
  });

  it('shows nothing of a line that it cannot read', () => {
    const text = 'DB_PASSWORD: hunter2\n-----BEGIN hunter2\nroot:hunter2:1\nA="hunter2';
    expect(parseEnvFile('.env', text).problems).to.have.length(4);
    expect(JSON.stringify(parseEnvFile('.env', text).problems)).not.to.contain('hunter2');
  });

  it('reports each invalid line', () => {
    expect(parseEnvFile('.env', 'A=1\nnonsense\n2B=1').problems).to.deep.equal([
      {
        where: '.env:2:1',
        message: 'this line is not NAME=value',
        suggestion: 'write NAME=value, or begin the line with #',
      },
      {
        where: '.env:3:1',
        message: 'this line is not NAME=value',
        suggestion: 'write NAME=value, or begin the line with #',
      },
    ]);
  });
});
