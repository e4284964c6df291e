import { expect } from 'chai';
import { observe } from '../../../src/lib/observe/observe.ts';
import { applierOn } from '../../../src/lib/apply/open-engine.ts';
import { planAndApply } from '../../../src/lib/use-cases/apply-plan.ts';
import type { Operation } from '../../../src/lib/plan/operation.ts';
import type { Plan } from '../../../src/lib/plan/plan.ts';
import type { OperationFailed } from '../../../src/lib/errors.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { facts, observed, project } from '../../support/specs.ts';
import { plainContainer } from '../../support/plain-container.ts';

const toolsOf = (engine: FakeEngine): Parameters<typeof planAndApply>[1] => ({
  observe: () => observe(engine),
  applier: applierOn(engine),
  client: facts.client,
  keys: undefined as never,
  images: undefined as never,
});
const context = {
  progress: () => {},
  signal: new AbortController().signal,
  command: 'test',
  warn: () => {},
};

describe('several failures', () => {
  it('are all reported, with the last lines of each and what to do next', async () => {
    const engine = new FakeEngine();
    engine.addImage('demo/any:latest');
    for (const instance of ['one', 'two']) {
      const { id } = await engine.createContainer(
        `demo-web-${instance}`,
        plainContainer('demo/any', {
          labels: { 'dockerops.kind': 'instance', 'dockerops.service': 'web', 'dockerops.instance': instance },
        }),
      );
      const container = engine.containers.get(id)!;
      container.state = 'exited';
      container.exitCode = 3;
      container.logs.push({ stream: 'stderr', time: '2026-01-01T00:00:00Z', text: `reason of ${instance}` });
    }
    const containers = ['demo-web-one', 'demo-web-two'];
    const common = { subject: 'demo', cause: 'test', needs: [] };
    const check: Operation = { ...common, id: 'check', kind: 'check-running', containers };
    const waits = containers.map((container): Operation => ({
      ...common,
      id: `ready ${container}`,
      kind: 'wait-ready',
      container,
      limitSeconds: undefined,
      wasRunning: false,
    }));
    for (const operations of [[check], waits]) {
      const state = await observe(engine);
      const plan = { owner: project, verdicts: [], blockers: [], warnings: [], operations };
      const failure: unknown = await planAndApply(
        async () => ({ observed: state, plan }),
        toolsOf(engine),
        context,
      ).catch((error: unknown) => error);
      const { problems, logs, suggestions } = failure as OperationFailed;
      expect(problems.map(({ message }) => message.slice(0, 12))).to.deep.equal(containers);
      expect(logs).to.deep.equal(['demo-web-one | reason of one', 'demo-web-two | reason of two']);
      expect(suggestions.join()).to.contain('logs:web,instance=one').and.contain('logs:web,instance=two');
    }
  });
});

describe('planning anew', () => {
  it('ends, also when the last attempt went on with what it had pulled', async () => {
    const engine = new FakeEngine();
    engine.registry.add('shop:1');
    const common = { subject: 'x', cause: 'test', needs: [] };
    const stop: Operation = {
      ...common,
      id: 'stop x',
      kind: 'stop-container',
      expected: { id: 'gone', name: 'x' },
      limitSeconds: 1,
    };
    const pull: Operation = { ...common, id: 'pull shop:1', kind: 'pull-image', reference: 'shop:1' };
    let plans = 0;
    const preview = async (): Promise<{ plan: Plan; observed: ReturnType<typeof observed> }> => {
      plans += 1;
      if (plans > 10) throw new Error('it goes on for ever');
      return {
        observed: observed(),
        plan: {
          owner: project,
          verdicts: [],
          blockers: [],
          warnings: [],
          operations: plans === 3 ? [pull, stop] : [stop],
        },
      };
    };
    const failure: unknown = await planAndApply(preview, toolsOf(engine), context).catch((error: unknown) => error);
    expect(failure).to.have.property('code', 'STALE_PLAN');
    expect(plans).to.equal(4);
  });
});
