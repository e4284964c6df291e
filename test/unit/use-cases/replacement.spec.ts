import { expect } from 'chai';
import { applierOn } from '../../../src/lib/apply/open-engine.ts';
import { EngineUnreachable, NotFound, OperationFailed } from '../../../src/lib/errors.ts';
import type { InstanceSpec } from '../../../src/lib/model/desired.ts';
import { oneHost } from '../../../src/lib/model/observed-hosts.ts';
import { observe } from '../../../src/lib/observe/observe.ts';
import type { RunOptions } from '../../../src/lib/plan/context.ts';
import { planClean } from '../../../src/lib/plan/plan-clean.ts';
import { planRun } from '../../../src/lib/plan/plan-run.ts';
import { planStart } from '../../../src/lib/plan/plan-start.ts';
import type { Plan } from '../../../src/lib/plan/plan.ts';
import type { ObservedState } from '../../../src/lib/model/observed-state.ts';
import { applyContext, planAndApply, type ApplyTools } from '../../../src/lib/use-cases/apply-plan.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { desired, facts, project, runOptions, spec } from '../../support/specs.ts';
import { noImageSources } from '../../support/no-image-sources.ts';

const bridge = { network: { mode: 'bridge' } } as const;
const before = spec('db', 'one', bridge);
const after = spec('db', 'one', { ...bridge, hostname: 'new' });
const changed: RunOptions = { ...runOptions, replace: 'changed' };

type Planner = (observed: ObservedState) => Plan;

const running =
  (wanted: InstanceSpec, options: RunOptions = changed): Planner =>
  (observed) =>
    planRun(desired([wanted]), oneHost({ state: observed, facts }), options);
const cleaning: Planner = (observed) => planClean(project, oneHost({ state: observed, facts }), 'all');
const starting: Planner = (observed) =>
  planStart(project, oneHost({ state: observed, facts }), 'all', { wait: true, timeoutSeconds: 5 });

class Project {
  readonly engine = new FakeEngine();
  readonly tools: ApplyTools;

  constructor() {
    this.engine.addImage('demo/db:latest');
    this.tools = {
      observe: () => observe(this.engine),
      applier: applierOn(this.engine),
      client: facts.client,
      keys: undefined as never,
      images: noImageSources,
    };
  }

  async run(planner: Planner): Promise<void> {
    const preview = async (): Promise<{ plan: Plan; observed: ObservedState }> => {
      const observed = await observe(this.engine);
      return { plan: planner(observed), observed };
    };
    await planAndApply(preview, this.tools, {
      progress: () => {},
      signal: new AbortController().signal,
      command: 'test',
      warn: () => {},
    });
  }

  /** Ends after the n-th operation as if the process was killed; false when the plan has fewer. */
  async runUntil(planner: Planner, count: number): Promise<boolean> {
    const observed = await observe(this.engine);
    const plan = planner(observed);
    const inside = plan.operations.filter(({ kind }) => kind !== 'lock' && kind !== 'unlock');
    const ids = new Set(inside.map(({ id }) => id));
    const operations = inside
      .slice(0, count)
      .map((operation) => ({ ...operation, needs: operation.needs.filter((id) => ids.has(id)) }));
    await this.tools.applier.apply(
      { ...plan, operations },
      {
        ...applyContext(this.tools, observed),
        progress: () => {},
        signal: new AbortController().signal,
        command: 'test',
      },
    );
    return count < inside.length;
  }

  containers(): readonly string[] {
    return [...this.engine.containers.values()].map(
      ({ name, state, restart, config }) => `${name} ${state} ${restart} ${config.hostname ?? ''}`,
    );
  }
}

const oldOne = 'demo-db-one running unless-stopped db-one';
const newOne = 'demo-db-one running unless-stopped new';

/** Does `check` after each number of operations of a plan that was killed. */
async function afterEach(planner: Planner, check: (killed: Project) => Promise<void>): Promise<number> {
  for (let count = 0; ; count += 1) {
    const killed = new Project();
    await killed.run(running(before));
    const isCut = await killed.runUntil(planner, count);
    await check(killed);
    if (!isCut) return count;
  }
}

describe('a replacement that is killed after any of its operations', () => {
  it('is finished by the same command', async () => {
    const count = await afterEach(running(after), async (killed) => {
      await killed.run(running(after));
      expect(killed.containers()).to.deep.equal([newOne]);
    });
    expect(count).to.be.greaterThan(7);
  });

  it('leaves one of the two running after a run that replaces nothing', async () => {
    await afterEach(running(after), async (killed) => {
      await killed.run(running(after, runOptions));
      expect(killed.containers()).to.have.length(1);
      expect([oldOne, newOne]).to.include(killed.containers()[0]);
    });
  });

  it('leaves one of the two running after a start', async () => {
    await afterEach(running(after), async (killed) => {
      await killed.run(starting);
      expect(killed.containers().filter((each) => each === oldOne || each === newOne)).to.have.length(1);
    });
  });

  it('leaves nothing after a clean', async () => {
    await afterEach(running(after), async (killed) => {
      await killed.run(cleaning);
      expect(killed.containers()).to.deep.equal([]);
    });
  });
});

describe('a clean that is killed after any of its operations', () => {
  it('is no error of the next run', async () => {
    const count = await afterEach(cleaning, async (killed) => {
      await killed.run(running(before, runOptions));
      expect(killed.containers()).to.deep.equal([oldOne]);
    });
    expect(count).to.be.greaterThan(2);
  });
});

describe('a clean of an instance that restarts again and again', () => {
  it('does without the other name, which the engine does not give it', async () => {
    const each = new Project();
    await each.run(running(before));
    each.engine.renameContainer = async () => {
      throw new NotFound('rename container: sandbox not found', { code: 'NOT_FOUND' });
    };
    await each.run(cleaning);
    expect(each.containers()).to.deep.equal([]);
  });
});

describe('a replacement', () => {
  for (const method of [
    'createContainer',
    'setRestartPolicy',
    'stopContainer',
    'renameContainer',
    'startContainer',
  ] as const)
    it(`that fails at ${method} leaves the former container running`, async () => {
      const each = new Project();
      await each.run(running(before));
      // What the engine refuses once, it is asked for again.
      const refusals = method === 'setRestartPolicy' ? 4 : 1;
      for (let count = 0; count < refusals; count += 1) each.engine.failNext(method);
      const error: unknown = await each.run(running(after)).catch((failure: unknown) => failure);
      expect(error).to.be.instanceOf(Error);
      expect(each.containers()).to.deep.equal([oldOne]);
    }).timeout(10_000);

  it('of which the engine stops the former container later than the command waits, leaves it running', async () => {
    const each = new Project();
    await each.run(running(before));
    const { engine } = each;
    const stop = engine.stopContainer.bind(engine);
    let late: string | undefined;
    engine.stopContainer = async (id) => {
      engine.stopContainer = async (again) => {
        await stop(again);
        late = undefined;
      };
      late = id;
      throw new EngineUnreachable('stop: no answer', { code: 'ENGINE_UNREACHABLE' });
    };
    const error: unknown = await each.run(running(after)).catch((failure: unknown) => failure);
    expect(error).to.be.instanceOf(EngineUnreachable);
    if (late !== undefined) await stop(late);
    expect(each.containers()).to.deep.equal([oldOne]);
  });

  it('whose container does not stay up brings the former one back', async () => {
    const each = new Project();
    await each.run(running(before));
    const dying = spec('db', 'one', { ...bridge, command: ['false'] });
    const error: unknown = await each.run(running(dying)).catch((failure: unknown) => failure);
    expect(error).to.be.instanceOf(OperationFailed);
    expect(each.containers()).to.deep.equal([oldOne]);
  });

  it('keeps the former container when asked to, until the next run that succeeds', async () => {
    const each = new Project();
    await each.run(running(before));
    await each.run(running(after, { ...changed, keepOld: true }));
    expect(each.containers()).to.deep.equal(['demo-db-one.old exited no db-one', newOne]);
    await each.run(running(after, runOptions));
    expect(each.containers()).to.deep.equal([newOne]);
  });

  it('of one that was replaced and kept removes what was kept before', async () => {
    const each = new Project();
    const third = spec('db', 'one', { ...bridge, hostname: 'third' });
    await each.run(running(before));
    await each.run(running(after, { ...changed, keepOld: true }));
    await each.run(running(third, { ...changed, keepOld: true }));
    expect(each.containers()).to.deep.equal([
      'demo-db-one.old exited no new',
      'demo-db-one running unless-stopped third',
    ]);
  });
});
