import { expect } from 'chai';
import { Evaluations, type Evaluated } from '../../../../src/lib/daemons/registrator/evaluations.ts';
import type { PolicyRun } from '../../../../src/lib/daemons/registrator/configurations.ts';
import type { InspectedContainer } from '../../../../src/lib/daemons/registrator/container-observer.ts';
import type { PolicyAnswered } from '../../../../src/lib/policies/policy-worker.ts';
import { FakeClock } from '../../../support/fake-clock.ts';

const host = { name: 'h', id: 'i' };
const keepMs = 30_000;

describe('the answers of policies', () => {
  let clock: FakeClock;
  let evaluations: Evaluations;
  let asked: string[];
  let faults: string[];
  let late: number;
  let answers: Record<string, PolicyAnswered | Promise<PolicyAnswered>>;

  beforeEach(() => {
    clock = new FakeClock();
    [asked, faults, late, answers] = [[], [], 0, {}];
    evaluations = new Evaluations(
      { clock, keepMs, waitMs: 250, onLate: () => (late += 1), onFault: ({ message }) => faults.push(message) },
      [],
    );
  });

  /** `more`: what differs in its document. */
  const container = (name: string, more = ''): InspectedContainer => ({ id: name, name, document: name + more });
  const run = (name: string): PolicyRun =>
    ({
      policy: {
        name,
        worker: {
          call: async ({ document }: { document: string }) => {
            asked.push(`${name} ${document}`);
            return answers[`${name} ${document.trim()}`] ?? { keys: [[`/${name}/${document}`, '1']], warnings: [] };
          },
        },
      },
      configuration: '',
    }) as unknown as PolicyRun;
  const keysOf = ({ requests }: Evaluated): readonly string[] => requests.map(({ key }) => key);
  const fault = (message: string, isTransient?: true): PolicyAnswered => ({
    fault: { message },
    warnings: [],
    ...(isTransient === undefined ? {} : { isTransient }),
  });

  it('are asked for again only when a container has changed, and are then the same object', async () => {
    const [runs, one, two] = [[run('p')], container('one'), container('two')];
    const first = await evaluations.evaluate(runs, [one, two], host);
    expect(keysOf(first)).to.deep.equal(['/p/one', '/p/two']);
    expect(await evaluations.evaluate(runs, [one, two], host)).to.equal(first);
    expect(asked).to.deep.equal(['p one', 'p two']);
    await evaluations.evaluate(runs, [one, container('two', ' ')], host);
    expect(asked).to.deep.equal(['p one', 'p two', 'p two ']);
    expect(keysOf(await evaluations.evaluate(runs, [one], host))).to.deep.equal(['/p/one']);
  });

  it('that fail leave the last good keys for one ttl', async () => {
    const runs = [run('p')];
    await evaluations.evaluate(runs, [container('one')], host);
    answers['p one'] = fault('broken');
    const changed = container('one', ' ');
    const failed = await evaluations.evaluate(runs, [changed], host);
    expect(keysOf(failed)).to.deep.equal(['/p/one']);
    expect(failed.faults).to.deep.equal([{ policy: 'p', configuration: '', container: 'one', message: 'broken' }]);
    expect(failed.nextAt).to.equal(keepMs);
    await clock.turn(keepMs);
    expect(keysOf(await evaluations.evaluate(runs, [changed], host))).to.deep.equal([]);
    expect(faults).to.deep.equal(['broken']);
    delete answers['p one'];
    expect(keysOf(await evaluations.evaluate(runs, [container('one')], host))).to.deep.equal(['/p/one']);
  });

  it('that were over a limit are asked for again later', async () => {
    const [runs, one] = [[run('p')], container('one')];
    answers['p one'] = fault('too long', true);
    await evaluations.evaluate(runs, [one], host);
    await clock.turn(29_000);
    await evaluations.evaluate(runs, [one], host);
    expect(asked).to.have.length(1);
    delete answers['p one'];
    await clock.turn(1000);
    expect(keysOf(await evaluations.evaluate(runs, [one], host))).to.deep.equal(['/p/one']);
  });

  it('that come late do not delay those of other policies, and wake the loop', async () => {
    const { promise, resolve } = Promise.withResolvers<PolicyAnswered>();
    answers['slow one'] = promise;
    const [runs, one] = [[run('slow'), run('fast')], container('one')];
    const waiting = evaluations.evaluate(runs, [one], host);
    await clock.turn(250);
    const first = await waiting;
    expect([keysOf(first), first.isComplete]).to.deep.equal([['/fast/one'], false]);
    resolve({ keys: [['/slow/one', '1']], warnings: ['w'] });
    await clock.turn(0);
    expect(late).to.equal(1);
    const second = await evaluations.evaluate(runs, [one], host);
    expect([keysOf(second), second.isComplete]).to.deep.equal([['/slow/one', '/fast/one'], true]);
    expect(second.warnings).to.deep.equal(['policy slow, container one: w']);
  });
});
