import { expect } from 'chai';
import { withGrace } from '../../../src/lib/daemons/grace.ts';
import { FakeClock } from '../../support/fake-clock.ts';

describe('work with a grace time', () => {
  it('continues after the signal, and is aborted when the time is over', async () => {
    const clock = new FakeClock();
    const signal = new AbortController();
    const { promise, resolve } = Promise.withResolvers<AbortSignal>();
    const work = withGrace(signal.signal, 1000, clock, async (late) => {
      resolve(late);
      return new Promise<string>((done) => {
        late.addEventListener('abort', () => {
          done('ended');
        });
      });
    });
    const late = await promise;
    signal.abort();
    await clock.turn(999);
    expect(late.aborted).to.equal(false);
    await clock.turn(1);
    expect(await work).to.equal('ended');
  });

  it('does not begin after the signal', async () => {
    const begun = await withGrace(AbortSignal.abort(), 1000, new FakeClock(), async () => 'begun').catch(
      (error: unknown) => String(error),
    );
    expect(begun).to.contain('interrupted');
  });
});
