import { expect } from 'chai';
import fc from 'fast-check';
import { Limiter } from '../../src/lib/limiter.ts';

describe('the limiter', () => {
  it('lets the lowest rank go next, and of equal ones the first', async () => {
    const limiter = new Limiter(1);
    const begun: string[] = [];
    const task = (name: string) => async () => {
      begun.push(name);
      await Promise.resolve();
    };
    await Promise.all(
      [
        [5, 'busy'],
        [3, 'third'],
        [1, 'first'],
        [3, 'fourth'],
        [2, 'second'],
      ].map(([rank, name]) => limiter.run(Number(rank), task(String(name)))),
    );
    expect(begun).to.deep.equal(['busy', 'first', 'second', 'third', 'fourth']);
  });

  it('runs everything once, never more than its width at a time, also when tasks fail', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 5 }),
        fc.array(fc.tuple(fc.nat(9), fc.boolean()), { maxLength: 30 }),
        async (width, tasks) => {
          const limiter = new Limiter(width);
          let [running, most, done] = [0, 0, 0];
          const work = async (fails: boolean): Promise<void> => {
            running += 1;
            most = Math.max(most, running);
            await Promise.resolve();
            running -= 1;
            done += 1;
            if (fails) throw new Error('failed');
          };
          const results = await Promise.allSettled(tasks.map(([rank, fails]) => limiter.run(rank, () => work(fails))));
          expect(results.map(({ status }) => status === 'rejected')).to.deep.equal(tasks.map(([, fails]) => fails));
          expect(done).to.equal(tasks.length);
          expect(most).to.be.at.most(width);
        },
      ),
    );
  });
});
