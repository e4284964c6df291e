import { expect } from 'chai';
import {
  ScriptChecks,
  type ScriptCheck,
  type ScriptResult,
} from '../../../../src/lib/daemons/operator/script-checks.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

describe('scripts as checks', () => {
  let clock: FakeClock;
  let started: {
    readonly at: number;
    readonly name: string;
    readonly signal: AbortSignal;
    readonly end: (exitCode?: number) => void;
  }[];
  let reports: string[];
  let checks: ScriptChecks;
  let hangs: boolean;

  beforeEach(() => {
    clock = new FakeClock();
    [started, reports, hangs] = [[], [], false];
    checks = new ScriptChecks({
      clock,
      random: () => 0.5,
      onFailure: () => {},
      report: async (id, status, output) => {
        reports.push(`${id} ${status} ${output}`.trim());
      },
      exec: (_, [name = ''], signal) => {
        const { promise, resolve } = Promise.withResolvers<ScriptResult>();
        const end = (exitCode = 0): void => {
          resolve({ exitCode, stdout: '', stderr: '' });
        };
        signal.addEventListener('abort', () => {
          end();
        });
        started.push({ at: clock.now(), name, signal, end });
        if (!hangs) end();
        return promise;
      },
    });
  });
  afterEach(() => {
    checks.close();
  });

  function check(id: string, change: Partial<ScriptCheck> = {}): ScriptCheck {
    return { id, container: 'c1', command: [id], intervalSeconds: 10, timeoutSeconds: 5, ...change };
  }

  it('run at once, a second time after a random part of the interval, then at their interval', async () => {
    checks.set([check('a')]);
    await clock.turn(30_000);
    expect(started.map(({ at }) => at)).to.deep.equal([0, 5000, 15_000, 25_000]);
    expect(reports[0]).to.equal('a passing');
  });

  it('are critical when they hang, and do not start again before they end, also when replaced', async () => {
    hangs = true;
    checks.set([check('a')]);
    await clock.turn(60_000);
    expect(reports).to.deep.equal(['a critical no result within 5 s; the next run starts when it has ended']);
    checks.set([]);
    checks.set([check('a', { intervalSeconds: 20 })]);
    await clock.turn(60_000);
    expect(started).to.have.length(1);
    hangs = false;
    started[0]?.end();
    await clock.turn(1000);
    expect(started).to.have.length(2);
    expect(reports.at(-1)).to.equal('a passing');
  });

  it('run at most 16 at once, and those that hang do not block the others', async () => {
    hangs = true;
    checks.set(Array.from({ length: 40 }, (_, index) => check(String(index))));
    await clock.turn(4999);
    expect(started).to.have.length(16);
    await clock.turn(20_000);
    expect(started).to.have.length(40);
  });

  it('are not awaited when the operator stops', async () => {
    hangs = true;
    checks.set([check('a')]);
    await clock.turn(0);
    checks.close();
    await clock.turn(60_000);
    expect(started.map(({ signal }) => signal.aborted)).to.deep.equal([true]);
    expect(reports).to.deep.equal([]);
  });
});
