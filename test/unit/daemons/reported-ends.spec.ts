import { expect } from 'chai';
import { ReportedEnds } from '../../../src/lib/daemons/reported-ends.ts';
import { FakeClock } from '../../support/fake-clock.ts';

describe('reported ends of containers', () => {
  const clock = new FakeClock();
  const event = (action: string, id = 'a') => ({ type: 'container', action, id, labels: {}, time: 0 });
  const list = (state: string) => [{ id: 'a', state }];
  let ends: ReportedEnds;
  beforeEach(() => {
    ends = new ReportedEnds(clock);
  });

  it('are ahead of a list that still has the container as running, and of no other', () => {
    expect(ends.isAheadOf(list('running'))).to.equal(false);
    ends.note(event('die'));
    expect([ends.isAheadOf(list('running')), ends.isAheadOf(list('running'))]).to.deep.equal([true, true]);
    expect(ends.isAheadOf(list('exited'))).to.equal(false);
    expect(ends.isAheadOf(list('running'))).to.equal(false);
  });

  it('are over when the container was started again or removed', () => {
    for (const action of ['start', 'destroy']) {
      ends.note(event('die'));
      ends.note(event(action));
      expect(ends.isAheadOf(list('running')), action).to.equal(false);
    }
  });

  it('are believed for ten seconds', async () => {
    ends.note(event('die'));
    await clock.turn(10_001);
    expect(ends.isAheadOf(list('running'))).to.equal(false);
  });
});
