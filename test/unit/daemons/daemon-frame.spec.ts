import { expect } from 'chai';
import { DaemonFrame } from '../../../src/lib/daemons/daemon-frame.ts';
import { EngineSource } from '../../../src/lib/daemons/engine-source.ts';
import { openLog } from '../../../src/lib/daemons/log.ts';
import { RegistratorMetrics } from '../../../src/lib/daemons/registrator/metrics.ts';
import { Status } from '../../../src/lib/daemons/registrator/status.ts';
import { EngineUnreachable } from '../../../src/lib/errors.ts';
import type { OpenEngine } from '../../../src/lib/use-cases/open-engine.ts';
import { FakeClock } from '../../support/fake-clock.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { startContainer } from '../../support/registrator-lab.ts';

describe('the frame of a daemon', () => {
  let clock: FakeClock;
  let engine: FakeEngine;
  let opened: number;
  let passes: string[];
  let frame: DaemonFrame;
  let metrics: RegistratorMetrics;
  let stop: AbortController;
  let failure: Error | undefined;

  beforeEach(() => {
    clock = new FakeClock();
    engine = new FakeEngine();
    engine.addImage('web:1');
    [opened, passes, failure] = [0, [], undefined];
    stop = new AbortController();
    const status = new Status(clock);
    metrics = new RegistratorMetrics(status);
    const engines = new EngineSource(async () => {
      opened += 1;
      return { engine } as unknown as OpenEngine;
    });
    frame = new DaemonFrame({
      log: openLog('test', 'fatal'),
      clock,
      engines,
      status,
      metrics,
      listen: undefined,
      actions: ['start'],
      backoff: { firstMs: 250, maxMs: 5000 },
      agent: {
        onEvent: ({ type, action }) => {
          frame.wake(`${type} ${action}`);
        },
        pass: async () => {
          await engines.get();
          passes.push(failure === undefined ? 'done' : 'failed');
          if (failure !== undefined) throw failure;
          return {};
        },
      },
    });
  });

  /** Runs the frame during the work. */
  async function running(work: () => Promise<void>): Promise<void> {
    const ended = frame.run(stop.signal, []);
    await clock.turn(2000);
    await work();
    stop.abort();
    await clock.turn(1);
    await ended;
  }

  it('makes a pass at the start, after events of the engine, and once a minute', async () => {
    await running(async () => {
      const before = passes.length;
      await clock.turn(61_000);
      expect(passes.length - before).to.equal(1);
      await startContainer(engine, 'web');
      await clock.turn(2000);
      expect(passes.length - before).to.equal(2);
    });
  });

  it('opens the engine again when a pass found that it does not answer', async () => {
    failure = new EngineUnreachable('it does not answer', { code: 'ENGINE_UNREACHABLE' });
    await running(async () => {
      failure = undefined;
      await clock.turn(10_000);
      expect(passes).to.include('failed');
      expect(passes.at(-1)).to.equal('done');
      expect(opened).to.be.at.least(2);
      expect(await metrics.text()).to.match(/passes_total\{result="failed"\} [1-9]/);
    });
  });

  it('counts a break of the events, and makes a pass because of it', async () => {
    engine.events = async function* () {
      throw new Error('broken off');
    };
    await running(async () => {
      const before = passes.length;
      await clock.turn(11_000);
      expect(passes.length).to.be.above(before);
      expect(await metrics.text()).to.match(/registrator_engine_breaks_total [1-9]/);
    });
  });
});
