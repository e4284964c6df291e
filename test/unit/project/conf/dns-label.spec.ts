import { expect } from 'chai';
import fc from 'fast-check';
import { isDnsLabel, toDnsLabel } from '../../../../src/lib/project/conf/dns-label.ts';

describe('host names', () => {
  it('are made of any name, or of none of its characters', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string({ minLength: 60, maxLength: 80 })), (name) => {
        const label = toDnsLabel(name);
        expect(label === '' || isDnsLabel(label), `${name} -> ${label}`).to.equal(true);
        if (isDnsLabel(name) && !name.includes('--')) expect(label).to.equal(name);
      }),
      { numRuns: 500 },
    );
  });

  it('are at most 63 characters of lower case, digits and inner hyphens', () => {
    for (const good of ['a', 'a-b', '0', 'a'.repeat(63)]) expect(isDnsLabel(good), good).to.equal(true);
    for (const bad of ['', '-a', 'a-', 'A', 'a_b', 'a.b', 'a\n', 'a'.repeat(64)])
      expect(isDnsLabel(bad), bad).to.equal(false);
  });
});
