import { expect } from 'chai';
import { problemsLine } from '../../../../src/lib/cli/render/problems-line.ts';

describe('what is wrong with files that a command does not need', () => {
  it('is one line with the first problem, the number of others, and where to read on', () => {
    const first = { where: 'run.conf:1:2', message: 'unknown key "a"\nb', suggestion: 'write c' };
    expect(problemsLine([first])).to.equal('run.conf:1:2: unknown key "a"\\nb; see dockerops validate');
    expect(problemsLine([{ message: 'gone' }, first, first])).to.equal('gone (and 2 more); see dockerops validate');
  });
});
