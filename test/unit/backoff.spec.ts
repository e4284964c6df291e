import { expect } from 'chai';
import fc from 'fast-check';
import { Backoff } from '../../src/lib/backoff.ts';

describe('a back-off', () => {
  it('doubles up to its limit, starts again after a reset, and never waits less than half', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (failures, chance) => {
        const backoff = new Backoff({ firstMs: 500, maxMs: 30_000, random: () => chance });
        for (let count = 1; count <= failures; count += 1)
          expect(backoff.next()).to.equal(Math.round(Math.min(30_000, 500 * 2 ** (count - 1)) * (0.5 + chance / 2)));
        expect(backoff.failures).to.equal(failures);
        backoff.reset();
        expect([backoff.failures, backoff.next()]).to.deep.equal([0, Math.round(500 * (0.5 + chance / 2))]);
      }),
    );
  });
});
