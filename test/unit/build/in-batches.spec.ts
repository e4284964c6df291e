import { expect } from 'chai';
import * as fc from 'fast-check';
import { mapInBatches } from '../../../src/lib/build/in-batches.ts';

describe('work in batches', () => {
  it('handles every item once, in order, and never more at once than allowed', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat()), fc.integer({ min: 1, max: 9 }), async (items, size) => {
        const taken: number[] = [];
        let running = 0;
        await mapInBatches(
          items,
          size,
          async (item) => {
            running += 1;
            expect(running).to.be.at.most(size);
            await Promise.resolve();
            running -= 1;
            return item;
          },
          (item) => taken.push(item),
        );
        expect(taken).to.deep.equal(items);
      }),
    );
  });
});
