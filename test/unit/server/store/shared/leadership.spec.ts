import { expect } from 'chai';
import { Leadership } from '../../../../../src/lib/server/store/shared/leadership.ts';
import { FakeClock } from '../../../../support/fake-clock.ts';
import { MemoryKeySpace } from '../../../../support/memory-key-space.ts';

describe('the lock of servers with one store', () => {
  let clock: FakeClock;
  let keys: MemoryKeySpace;
  let working: string[];
  const stops: AbortController[] = [];
  beforeEach(() => {
    clock = new FakeClock();
    keys = new MemoryKeySpace(clock);
    working = [];
  });
  afterEach(async () => {
    for (const stop of stops.splice(0)) stop.abort();
    await clock.turn(60_000);
  });

  const start = (name: string, space: MemoryKeySpace = keys): AbortController => {
    const stop = new AbortController();
    stops.push(stop);
    const holder = { holder: JSON.stringify({ name }), isGone: () => false };
    const leadership = new Leadership({ keys: space, key: '/lock', clock, holder, onChange: () => {} });
    void leadership.run(stop.signal, async (signal) => {
      working.push(name);
      await clock.sleep(1e9, signal);
      working.splice(working.indexOf(name), 1);
    });
    return stop;
  };

  it('lets one of them work, and the next one as soon as that has ended', async () => {
    const first = start('a');
    await clock.turn(10);
    start('b');
    await clock.turn(60_000);
    expect(working).to.deep.equal(['a']);
    first.abort();
    await clock.turn(1500);
    expect(working).to.deep.equal(['b']);
  });

  it('ends the work of one that cannot renew its lease before another one begins', async () => {
    start('a', withoutRenewal(keys));
    await clock.turn(10);
    start('b');
    const seen = new Set<string>();
    for (let second = 0; second < 40; second += 1) {
      await clock.turn(1000);
      seen.add(working.join(' and '));
    }
    expect([...seen]).to.deep.equal(['a', '', 'b']);
  });

  it('goes on when its lease could be renewed again in time', async () => {
    start('a');
    await clock.turn(10);
    keys.stop();
    await clock.turn(8000);
    keys.start();
    await clock.turn(60_000);
    expect(working).to.deep.equal(['a']);
  });
});

/** The same directory, which is away for this server after it has got its lease. */
function withoutRenewal(keys: MemoryKeySpace): MemoryKeySpace {
  return new Proxy(keys, {
    get: (target, name) => {
      const value: unknown = Reflect.get(target, name);
      if (name === 'keepAlive') return () => Promise.reject(new Error('away'));
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
