import { expect } from 'chai';
import { parseRequiredVariables } from '../../../../src/lib/project/conf/required-variables.ts';

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
