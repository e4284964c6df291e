import { expect } from 'chai';
import { ReportedChanges } from '../../../src/lib/daemons/reported-changes.ts';
import { FakeClock } from '../../support/fake-clock.ts';

describe('changes of containers that events have reported', () => {
  const clock = new FakeClock();
  const event = (action: string, labels = {}) => ({ type: 'container', action, id: 'a', labels, time: 0 });
  const list = (state: string, name = 'web') => [{ id: 'a', name, state }];
  let changes: ReportedChanges;
  beforeEach(() => {
    changes = new ReportedChanges(clock);
  });

  it('are ahead of a list that contradicts them, and of no other', () => {
    const cases = [
      ['die', list('running'), list('exited')],
      ['die', list('paused'), list('restarting')],
      ['pause', list('running'), list('paused')],
      ['unpause', list('paused'), list('running')],
      ['start', list('exited'), list('running')],
      ['create', [], list('created')],
      ['destroy', list('removing'), []],
    ] as const;
    for (const [action, before, after] of cases) {
      changes.note(event(action));
      expect(changes.aheadMs(before), action).to.equal(0);
      expect(changes.aheadMs(after), action).to.equal(undefined);
      expect(changes.aheadMs(before), `${action}, which the list has shown once`).to.equal(undefined);
    }
  });

  it('are ahead of a list that has the earlier name', () => {
    changes.note(event('rename', { name: 'web-2' }));
    expect(changes.aheadMs(list('running'))).to.equal(0);
    expect(changes.aheadMs(list('running', 'web-2'))).to.equal(undefined);
  });

  it('are replaced by later ones of the container', () => {
    for (const action of ['start', 'destroy']) {
      changes.note(event('die'));
      changes.note(event(action));
      expect(changes.aheadMs(action === 'start' ? list('running') : []), action).to.equal(undefined);
    }
  });

  it('are believed for ten seconds', async () => {
    changes.note(event('die'));
    await clock.turn(4000);
    expect(changes.aheadMs(list('running'))).to.equal(4000);
    await clock.turn(6001);
    expect(changes.aheadMs(list('running'))).to.equal(undefined);
  });
});
