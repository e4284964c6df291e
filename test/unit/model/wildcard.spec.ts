import { expect } from 'chai';
import fc from 'fast-check';
import { isMeant, isPattern, matchesWildcard } from '../../../src/lib/model/wildcard.ts';

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

describe('the words of a command', () => {
  const web = { service: 'web', instance: 'one' };

  for (const [service, instance, expected] of [
    ['web', undefined, true],
    ['web', 'one', true],
    ['web', 'two', false],
    ['we', undefined, false],
    ['w*', undefined, true],
    ['web-o*', undefined, true],
    ['web-one', undefined, false],
    ['*', 'one', true],
    ['*', 'two', false],
    ['web', 'o*', true],
    ['web', '*', true],
  ] as const)
    it(`"${service} ${instance ?? ''}" ${expected ? 'mean' : 'do not mean'} web-one`, () => {
      expect(isMeant({ service, instance }, web)).to.equal(expected);
    });

  it('are a pattern with a star in either', () => {
    expect([{ service: 'w*' }, { service: 'w', instance: '*' }, { service: 'w' }, {}].map(isPattern)).to.deep.equal([
      true,
      true,
      false,
      false,
    ]);
  });
});
