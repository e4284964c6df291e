import { expect } from 'chai';
import { OngoingChanges } from '../../../../src/lib/daemons/operator/ongoing-changes.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const done = { isStale: false, failed: new Map<string, string>(), unstarted: new Set<string>() };

describe('changes that run beside the passes of the operator', () => {
  let clock: FakeClock;
  let ended: number;
  let changes: OngoingChanges;
  let slow: Promise<void>;
  let finish: PromiseWithResolvers<typeof done>;

  beforeEach(() => {
    clock = new FakeClock();
    ended = 0;
    changes = new OngoingChanges(clock, () => (ended += 1));
    finish = Promise.withResolvers();
    slow = changes.start(new Set(['slow']), () => finish.promise);
  });
  afterEach(async () => {
    finish.resolve(done);
    await changes.idle();
  });

  it('are waited for as long as they take little time', async () => {
    const settled = changes.settle([slow]);
    finish.resolve(done);
    expect(await settled).to.deep.equal([done]);
    expect([...changes.services, ended]).to.deep.equal([1]);
  });

  it('keep their services to themselves when they take longer, and are told once when they have ended', async () => {
    const settled = changes.settle([slow, changes.start(new Set(['quick']), async () => done)]);
    await clock.turn(1000);
    expect(await settled).to.deep.equal([done]);
    expect([...changes.services]).to.deep.equal(['slow']);
    finish.reject(new Error('gone'));
    await changes.idle();
    expect(ended).to.equal(2);
    expect((await changes.settle([])).map((outcome) => 'error' in outcome)).to.deep.equal([true]);
    expect(await changes.settle([])).to.deep.equal([]);
  });

  it('are not waited for when something else is desired by now', async () => {
    const settled = changes.settle([slow]);
    changes.hurry();
    expect(await settled).to.deep.equal([]);
  });
});
