import { expect } from 'chai';
import type { EngineReader, LogLine, LogRequest } from '../../../../src/lib/engine/engine.ts';
import { NotFound } from '../../../../src/lib/errors.ts';
import { readJobLog, type JobLogRequest, type LoggedRun } from '../../../../src/lib/server/jobs/job-log.ts';
import { waiting, type Run } from '../../../../src/lib/server/jobs/job.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

/** Logs of services as an engine has them: followed, they end with the signal alone. */
class Logs implements Pick<EngineReader, 'serviceLogs'> {
  readonly #services = new Map<string, LogLine[]>();
  readonly #clock: FakeClock;
  #serial = 0;

  constructor(clock: FakeClock) {
    this.#clock = clock;
  }

  print(service: string, ...texts: readonly string[]): void {
    const lines = this.#services.get(service) ?? [];
    for (const text of texts) {
      this.#serial += 1;
      lines.push({ stream: 'stdout', time: `2026-01-01T00:00:00.${String(this.#serial).padStart(9, '0')}Z`, text });
    }
    this.#services.set(service, lines);
  }

  remove(service: string): void {
    this.#services.delete(service);
  }

  async *serviceLogs(id: string, { tail = Infinity, follow = false, signal }: LogRequest): AsyncGenerator<LogLine> {
    const lines = this.#services.get(id);
    if (lines === undefined) throw new NotFound(`no service ${id}`, { code: 'NOT_FOUND' });
    let next = Math.max(0, lines.length - tail);
    do {
      for (; next < lines.length; next += 1) yield lines[next]!;
      if (follow) await this.#clock.sleep(10, signal!);
    } while (follow && signal?.aborted === false);
  }
}

describe('the log of a job', () => {
  let clock: FakeClock;
  let logs: Logs;
  let run: LoggedRun;
  let text: string;
  let isOpen: boolean;
  const first: Run = {
    ...waiting,
    job: 'j1',
    number: 1,
    attempt: 1,
    createdAt: 0,
    notBefore: 0,
    service: 'work',
    isGone: false,
  };
  const started: Run = { ...first, status: 'started', state: 'started', serviceId: 's1' };
  beforeEach(() => {
    clock = new FakeClock();
    logs = new Logs(clock);
    [run, text, isOpen] = [started, '', true];
  });

  const read = (change: Partial<JobLogRequest> = {}): void => {
    const { signal } = new AbortController();
    const request = { engine: async () => logs, run: () => run, follow: true, signal, clock, ...change };
    void (async () => {
      for await (const line of readJobLog(request)) text += line;
      isOpen = false;
    })();
  };
  const finished = { ...started, status: 'finished', state: 'complete', exitCode: 0 } as const;

  it('is followed until the run is over, with what came last', async () => {
    logs.print('s1', 'one');
    read();
    await clock.turn(500);
    run = finished;
    logs.print('s1', 'two');
    await clock.turn(3000);
    expect([text, isOpen]).to.deep.equal(['one\ntwo\n', false]);
  });

  it('ends quietly when the job is stopped or takes too long, and its service goes', async () => {
    logs.print('s1', 'one');
    read();
    await clock.turn(500);
    run = { ...started, status: 'failed', state: 'failed', unwanted: 'it took too long' };
    logs.remove('s1');
    await clock.turn(3000);
    expect([text, isOpen]).to.deep.equal(['one\n', false]);
  });

  it('goes on with the next attempt after a failure, whose lines are all new', async () => {
    logs.print('s1', 'a', 'b');
    read({ tail: 1 });
    await clock.turn(500);
    run = { ...started, ...waiting, attempt: 2, unwanted: 'it failed and is tried again' };
    logs.print('s1', 'failed');
    await clock.turn(3000);
    const { serviceId: _gone, ...next } = { ...first, attempt: 2 };
    run = next;
    logs.remove('s1');
    await clock.turn(5000);
    expect([text, isOpen]).to.deep.equal(['b\nfailed\n', true]);
    logs.print('s2', 'c', 'd');
    run = { ...finished, attempt: 2, serviceId: 's2' };
    await clock.turn(3000);
    expect([text, isOpen]).to.deep.equal(['b\nfailed\nc\nd\n', false]);
  });

  it('with tail=0 has only what is printed from now on', async () => {
    logs.print('s1', 'a', 'b');
    read({ tail: 0 });
    await clock.turn(500);
    expect(text).to.equal('');
    logs.print('s1', 'c');
    run = finished;
    await clock.turn(3000);
    expect([text, isOpen]).to.deep.equal(['c\n', false]);
  });

  it('with tail=0 and nothing new is empty, followed or not', async () => {
    logs.print('s1', 'a', 'b');
    for (const follow of [true, false]) {
      run = finished;
      read({ tail: 0, follow });
      await clock.turn(3000);
      expect([text, isOpen]).to.deep.equal(['', false]);
      isOpen = true;
    }
  });

  it('has the last lines without being followed', async () => {
    logs.print('s1', 'a', 'b', 'c');
    read({ tail: 2, follow: false });
    await clock.turn(0);
    expect([text, isOpen]).to.deep.equal(['b\nc\n', false]);
  });

  it('stays with the run that it began with, although another one has started', async () => {
    const runs: Run[] = [started];
    read({ run: (number) => runs.find((one) => number === undefined || one.number === number) });
    logs.print('s1', 'one');
    await clock.turn(500);
    runs.unshift({ ...started, number: 2, serviceId: 's2' });
    logs.print('s1', 'two');
    await clock.turn(500);
    runs[1] = finished;
    await clock.turn(3000);
    expect([text, isOpen]).to.deep.equal(['one\ntwo\n', false]);
  });

  it('waits for the first run of a schedule, and ends when there will be none', async () => {
    run = 'awaited';
    read();
    await clock.turn(1000);
    expect(isOpen).to.equal(true);
    run = undefined;
    await clock.turn(1000);
    expect(isOpen).to.equal(false);
  });

  it('is opened again when the engine ends it early, without a line twice', async () => {
    const early: Pick<EngineReader, 'serviceLogs'> = {
      serviceLogs: (id, { follow: _ended, ...query }) => logs.serviceLogs(id, query),
    };
    logs.print('s1', 'one');
    read({ engine: async () => early });
    await clock.turn(500);
    logs.print('s1', 'two');
    await clock.turn(500);
    run = finished;
    await clock.turn(5000);
    expect([text, isOpen]).to.deep.equal(['one\ntwo\n', false]);
  });
});
