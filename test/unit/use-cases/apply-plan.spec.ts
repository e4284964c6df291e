import { expect } from 'chai';
import { observe } from '../../../src/lib/observe/observe.ts';
import { applierOn } from '../../../src/lib/apply/open-engine.ts';
import { planAndApply } from '../../../src/lib/use-cases/apply-plan.ts';
import type { Operation } from '../../../src/lib/plan/operation.ts';
import type { Plan } from '../../../src/lib/plan/plan.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { facts, observed, project } from '../../support/specs.ts';

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
    const tools = {
      observe: () => observe(engine),
      applier: applierOn(engine),
      client: facts.client,
      keys: undefined as never,
      images: undefined as never,
    };
    const failure: unknown = await planAndApply(preview, tools, {
      progress: () => {},
      signal: new AbortController().signal,
      command: 'test',
      warn: () => {},
    }).catch((error: unknown) => error);
    expect(failure).to.have.property('code', 'STALE_PLAN');
    expect(plans).to.equal(4);
  });
});
