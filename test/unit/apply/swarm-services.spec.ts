import { expect } from 'chai';
import { apply } from '../../../src/lib/apply/executor.ts';
import type { ApplyContext } from '../../../src/lib/apply/context.ts';
import type { InstanceSpec } from '../../../src/lib/model/desired.ts';
import { observe } from '../../../src/lib/observe/observe.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { planRun } from '../../support/plans.ts';
import { desired, facts, runOptions, spec } from '../../support/specs.ts';

describe('a Swarm service', () => {
  const placement = { kind: 'swarm', mode: { replicated: 2 }, constraints: [], endpoint: 'vip' } as const;

  async function run(instance: InstanceSpec): Promise<{ readonly engine: FakeEngine; readonly error?: Error }> {
    const engine = new FakeEngine();
    engine.swarm = 'manager';
    engine.cluster.addNode('one', { role: 'manager' });
    engine.addImage('demo/web:latest');
    engine.addImage('dockerops/empty:1');
    const observed = await observe(engine);
    const context = {
      engine,
      observed,
      client: facts.client,
      progress: () => {},
      signal: new AbortController().signal,
      command: 'test',
      width: 1,
    } as unknown as ApplyContext;
    const { failures } = await apply(planRun(desired([instance]), observed, facts, runOptions), context);
    return { engine, ...(failures[0] === undefined ? {} : { error: failures[0].error }) };
  }

  it('is created with its replicas', async () => {
    const { engine, error } = await run(spec('web', 'one', { placement, files: [] }));
    expect(error).to.equal(undefined);
    expect(engine.cluster.list().map(({ name, replicas }) => [name, replicas])).to.deep.equal([['demo-web-one', 2]]);
  });

  it('is refused when it needs files, which nobody could put into its tasks', async () => {
    const file = { path: '/etc/key', mode: 0o600, uid: 0, gid: 0, content: ['x'] };
    const { engine, error } = await run(spec('web', 'one', { placement, files: [file] }));
    expect(error).to.have.property('code', 'SWARM_UNSUPPORTED');
    expect(error?.message).to.equal('web-one needs files that a Swarm service cannot have: /etc/key');
    expect(engine.cluster.services.size).to.equal(0);
  });
});
