import { expect } from 'chai';
import { errorFields } from '../../../src/lib/daemons/log.ts';
import { UserError } from '../../../src/lib/errors.ts';

describe('an error in the log of a daemon', () => {
  it('has its code and all its problems, each with its place', () => {
    const problems = [{ where: 'registrator.json:1:2', message: 'ttl is "soon"' }, { message: 'nothing else' }];
    expect(errorFields(new UserError('it cannot start', { code: 'X', problems }))).to.deep.equal({
      error: 'it cannot start',
      code: 'X',
      problems: ['registrator.json:1:2: ttl is "soon"', 'nothing else'],
    });
    expect(errorFields(new UserError('it cannot start', { code: 'X' }))).to.deep.equal({
      error: 'it cannot start',
      code: 'X',
    });
  });

  it('has its stack when it is a bug', () => {
    const error = new TypeError('a bug');
    expect(errorFields(error)).to.deep.equal({ err: error });
  });
});
