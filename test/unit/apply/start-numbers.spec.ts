import { expect } from 'chai';
import { startNumbers } from '../../../src/lib/apply/start-numbers.ts';
import { planRun } from '../../support/plans.ts';
import { containerOf, desired, facts, imageOf, observed, runOptions, spec } from '../../support/specs.ts';

const now = 1_722_500_000_000;
const standing = (key: string, startNumber?: number): ReturnType<typeof containerOf> => {
  const [service = '', instance = ''] = key.split('-');
  const container = containerOf(spec(service, instance));
  if (container.ownership === undefined || startNumber === undefined) return container;
  return { ...container, ownership: { ...container.ownership, startNumber } };
};

describe('the start numbers of containers', () => {
  const images = [imageOf('old'), imageOf('new')];
  const plan = planRun(
    desired([spec('new', 'one', { after: ['old-one'] }), spec('old', 'one')]),
    observed({ images }),
    facts,
    runOptions,
  );

  it('are in the order in which they are started', () => {
    expect([...startNumbers(plan.operations, [], now)]).to.deep.equal([
      ['demo-old-one', now],
      ['demo-new-one', now + 1],
    ]);
  });

  it('are above those of all that are there, also when a clock was set back', () => {
    const numbers = startNumbers(plan.operations, [standing('other-one', now + 5000), standing('older-one', 7)], now);
    expect([...numbers]).to.deep.equal([
      ['demo-other-one', now + 5000],
      ['demo-older-one', 7],
      ['demo-old-one', now + 5001],
      ['demo-new-one', now + 5002],
    ]);
  });

  it('a container that is replaced gets another one, and one of an earlier version has none', () => {
    const numbers = startNumbers(plan.operations, [standing('old-one', 12), standing('kept-one')], now);
    expect([numbers.get('demo-old-one'), numbers.get('demo-kept-one')]).to.deep.equal([now, 0]);
  });
});
