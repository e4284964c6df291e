import { expect } from 'chai';
import { Backoff } from '../../../src/lib/backoff.ts';
import { keepWatching } from '../../../src/lib/daemons/keep-watching.ts';
import { ReconcileLoop, type LoopOptions, type PassResult } from '../../../src/lib/daemons/reconcile-loop.ts';
import { FakeClock } from '../../support/fake-clock.ts';

describe('the reconcile loop', () => {
  let clock: FakeClock;
  let abort: AbortController;
  let passes: { readonly at: number; readonly reasons: string }[];
  let failures: number[];
  let next: (signal: AbortSignal) => Promise<PassResult>;

  beforeEach(() => {
    clock = new FakeClock();
    abort = new AbortController();
    passes = [];
    failures = [];
    next = async () => ({});
  });
  afterEach(() => {
    abort.abort();
  });

  function start(change: Partial<LoopOptions> = {}): ReconcileLoop {
    const loop = new ReconcileLoop({
      reconcile: (reasons, signal) => {
        passes.push({ at: clock.now(), reasons: reasons.join() });
        return next(signal);
      },
      onFailure: (_, retryMs) => failures.push(retryMs),
      resyncMs: 60_000,
      backoff: { firstMs: 1000, maxMs: 8000, random: () => 1 },
      clock,
      ...change,
    });
    void loop.run(abort.signal);
    return loop;
  }

  it('makes one pass at the start, then one at each resync, and none in between', async () => {
    start();
    await clock.turn(59_999);
    expect(passes).to.deep.equal([{ at: 0, reasons: 'start' }]);
    await clock.turn(1);
    expect(passes.slice(1)).to.deep.equal([{ at: 60_000, reasons: 'resync' }]);
  });

  it('makes a pass at once on the first wake after a quiet time', async () => {
    const loop = start();
    await clock.turn(5000);
    loop.wake('key');
    await clock.turn(0);
    expect(passes.slice(1)).to.deep.equal([{ at: 5000, reasons: 'key' }]);
  });

  it('makes few passes of many wakes, the last one after the last wake', async () => {
    const loop = start();
    await clock.turn(5000);
    for (let count = 0; count < 100; count += 1) {
      loop.wake('key');
      await clock.turn(10);
    }
    await clock.turn(2000);
    const found = passes.filter(({ at }) => at >= 5000 && at < 8000).map(({ at }) => at);
    expect(found.length).to.be.at.most(3);
    expect(found.at(-1)).to.be.at.least(5990);
  });

  it('makes another pass when it was woken during one', async () => {
    const { promise, resolve } = Promise.withResolvers<{ againMs?: number }>();
    next = () => promise;
    const loop = start();
    await clock.turn(10);
    loop.wake('key');
    next = async () => ({});
    resolve({});
    await clock.turn(1000);
    expect(passes.map(({ reasons }) => reasons)).to.deep.equal(['start', 'key']);
  });

  it('makes the next pass when the last one asked for it', async () => {
    next = async () => (passes.length === 1 ? { againMs: 3000 } : {});
    start();
    await clock.turn(10_000);
    expect(passes.map(({ at }) => at)).to.deep.equal([0, 3000]);
  });

  it('makes passes until the list of containers agrees with the event that woke it', async () => {
    let state = 'running';
    next = async () => ({ listed: [{ id: 'a', name: 'web', state }] });
    const loop = start();
    await clock.turn(5000);
    loop.wake('container die', { type: 'container', action: 'die', id: 'a', labels: {}, time: 0 });
    await clock.turn(600);
    const early = passes.length;
    expect(early).to.be.at.least(3);
    state = 'exited';
    await clock.turn(1500);
    const { length } = passes;
    expect(length).to.be.above(early);
    await clock.turn(50_000);
    expect(passes).to.have.length(length);
  });

  it('waits longer after each failure, up to a limit, and starts again after a success', async () => {
    next = () => Promise.reject(new Error('down'));
    start();
    await clock.turn(20_000);
    expect(failures).to.deep.equal([1000, 2000, 4000, 8000, 8000]);
    next = async () => ({});
    await clock.turn(8000);
    next = () => Promise.reject(new Error('down'));
    await clock.turn(60_000);
    expect(failures[5]).to.equal(1000);
  });

  it('keeps a part of the pause after a failure whatever wakes it, also during the pass', async () => {
    next = async () => {
      loop.wake('pass');
      throw new Error('down');
    };
    const loop = start({ backoff: { firstMs: 12_000, maxMs: 60_000, random: () => 1 } });
    for (let seconds = 0; seconds < 20; seconds += 1) {
      await clock.turn(1000);
      loop.wake('event');
    }
    expect(passes.map(({ at }) => at)).to.deep.equal([0, 3000, 8000, 13_000, 18_000]);
  });

  it('tries at once when it is woken after that part', async () => {
    next = () => Promise.reject(new Error('down'));
    const loop = start({ backoff: { firstMs: 30_000, maxMs: 30_000, random: () => 1 } });
    await clock.turn(5000);
    loop.wake('consul is back');
    await clock.turn(0);
    expect(passes.at(-1)).to.deep.equal({ at: 5000, reasons: 'consul is back' });
  });

  it('ends with the signal, after the running pass', async () => {
    next = (signal) =>
      new Promise((resolve) => {
        signal.addEventListener('abort', () => {
          resolve({});
        });
      });
    const loop = new ReconcileLoop({
      reconcile: (_, signal) => next(signal),
      onFailure: () => {},
      resyncMs: 60_000,
      backoff: { firstMs: 1, maxMs: 1 },
      clock,
    });
    const run = loop.run(abort.signal);
    await clock.turn(10);
    abort.abort();
    await run;
  });
});

describe('the wait after failures', () => {
  it('is shortened by a random part of at most half', () => {
    const [least, most] = [0, 1].map((chance) => new Backoff({ firstMs: 1000, maxMs: 60_000, random: () => chance }));
    expect([least?.next(), most?.next()]).to.deep.equal([500, 1000]);
    for (let count = 0; count < 100; count += 1) most?.next();
    expect(most?.next()).to.equal(60_000);
  });
});

describe('a stream that is watched', () => {
  it('is opened again when it breaks or ends', async () => {
    const clock = new FakeClock();
    const abort = new AbortController();
    const items: number[] = [];
    const breaks: string[] = [];
    let opened = 0;
    const open = async function* (): AsyncGenerator<number> {
      opened += 1;
      yield opened;
      if (opened === 1) throw new Error('broken');
    };
    const watching = keepWatching(
      {
        open,
        onItem: (item) => items.push(item),
        onBreak: (error, retryMs) => breaks.push(`${String(error)} ${String(retryMs)}`),
        backoff: { firstMs: 1000, maxMs: 8000, random: () => 1 },
        clock,
      },
      abort.signal,
    );
    await clock.turn(1500);
    abort.abort();
    await watching;
    expect(items).to.deep.equal([1, 2]);
    expect(breaks).to.deep.equal(['Error: broken 1000', 'Error: the stream ended 1000']);
  });
});
