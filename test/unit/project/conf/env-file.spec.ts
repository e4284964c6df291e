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

  it('reports each invalid line', () => {
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
