import { expect } from 'chai';
import fc from 'fast-check';
import { matchesWildcard } from '../../../../../src/lib/project/resolve/network/wildcard.ts';

describe('a pattern with *', () => {
  it('without a star is the name itself', () => {
    expect(matchesWildcard('db', 'db')).to.equal(true);
    expect(matchesWildcard('db', 'db-2')).to.equal(false);
  });

  it('does not use a character of the name twice', () => {
    expect(matchesWildcard('ab*ba', 'aba')).to.equal(false);
    expect(matchesWildcard('a*b*b', 'ab')).to.equal(false);
    expect(matchesWildcard('a**b', 'ab')).to.equal(true);
  });

  it('means what the regular expression with .* in place of each star means, for any of both', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[ab*]{0,8}$/), fc.stringMatching(/^[ab]{0,8}$/), (pattern, name) => {
        const expected = new RegExp(`^${pattern.replaceAll('*', '.*')}$`).test(name);
        expect(matchesWildcard(pattern, name), `${pattern} and ${name}`).to.equal(expected);
      }),
      { numRuns: 2000 },
    );
  });
});
