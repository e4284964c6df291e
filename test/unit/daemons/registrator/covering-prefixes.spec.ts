import { expect } from 'chai';
import fc from 'fast-check';
import { commonPrefix, coveringPrefixes } from '../../../../src/lib/daemons/registrator/covering-prefixes.ts';

describe('prefixes that cover keys', () => {
  const none = { known: [], isDenied: () => false, max: 64 };

  it('are as narrow as the keys that share their first part allow', () => {
    expect(commonPrefix(['/a/b/c'])).to.equal('/a/b/c');
    expect(commonPrefix(['/a/b/c', '/a/b/d'])).to.equal('/a/b/');
    expect(commonPrefix(['/a/bc', '/a/bd'])).to.equal('/a/');
    expect(commonPrefix(['/a', '/a/b'])).to.equal('/a');
    expect(coveringPrefixes(['/a/b/c', '/a/d', '/e/f'], none)).to.deep.equal(['/a/', '/e/f']);
  });

  it('stay as they are where they still cover', () => {
    expect(coveringPrefixes(['/a/b/c'], { ...none, known: ['/a/'] })).to.deep.equal(['/a/']);
    expect(coveringPrefixes(['/a/b/c'], { ...none, known: ['/a/x/'] })).to.deep.equal(['/a/b/c']);
  });

  it('cover every key that may be read, and are never more than the maximum', () => {
    const part = fc.stringMatching(/^[a-c]{1,2}$/);
    const key = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);
    fc.assert(
      fc.property(
        fc.uniqueArray(key, { maxLength: 40 }),
        fc.option(key, { nil: undefined }),
        fc.integer({ min: 9, max: 20 }),
        (keys, forbidden, max) => {
          const denied = new Set<string>();
          const isReadable = (prefix: string): boolean =>
            forbidden === undefined || !(forbidden.startsWith(prefix) || prefix.startsWith(forbidden));
          const isDenied = (prefix: string): boolean => denied.has(prefix);
          let prefixes = coveringPrefixes(keys, { known: [], isDenied, max });
          for (let refused = prefixes; refused.length > 0;) {
            refused = prefixes.filter((prefix) => !isReadable(prefix));
            for (const prefix of refused) denied.add(prefix);
            prefixes = coveringPrefixes(keys, { known: prefixes, isDenied, max });
          }
          expect(prefixes.length).to.be.at.most(max);
          if (forbidden === undefined)
            for (const each of keys) expect(prefixes.some((prefix) => each.startsWith(prefix))).to.equal(true);
        },
      ),
    );
  });
});
