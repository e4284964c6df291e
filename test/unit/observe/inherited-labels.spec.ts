import { expect } from 'chai';
import { observe, observeContainers } from '../../../src/lib/observe/observe.ts';
import type { ObservedState } from '../../../src/lib/model/observed-state.ts';
import { onceContainers } from '../../../src/lib/plan/plan-once.ts';
import { listInstances } from '../../../src/lib/use-cases/inspect/find-instance.ts';
import type { Owner } from '../../../src/lib/model/desired.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { planClean, planStop } from '../../support/plans.ts';
import { containerOf, project, spec } from '../../support/specs.ts';
import { plainContainer } from '../../support/plain-container.ts';

const web = spec('web', 'one');
const node: Owner = { kind: 'node', name: 'n1' };

describe('containers that somebody started from a commit of one of ours', () => {
  let engine: FakeEngine;

  beforeEach(() => {
    engine = new FakeEngine();
    engine.addImage('demo/web');
  });

  async function start(name: string, image: string, labels: Readonly<Record<string, string>>): Promise<void> {
    const { id } = await engine.createContainer(name, plainContainer(image, { labels, network: { mode: 'none' } }));
    await engine.startContainer(id);
  }

  /** As `docker commit` and `docker run` do it. */
  async function copy(name: string, labels: Readonly<Record<string, string>>): Promise<void> {
    engine.addImage('dbg', labels);
    await start(name, 'dbg', labels);
  }

  async function operations(
    plan: (observed: ObservedState) => { readonly operations: readonly { readonly id: string }[] },
  ): Promise<readonly string[]> {
    return plan(await observe(engine)).operations.map(({ id }) => id);
  }

  it("are nobody's, though they have all its labels: neither listed, stopped nor removed", async () => {
    const { labels } = containerOf(web);
    await start('demo-web-one', 'demo/web', labels);
    await copy('funny_name', { ...labels, 'dockerops.base': 'debian12', team: 'web' });
    expect((await listInstances(engine, project, true)).map(({ name }) => name)).to.deep.equal(['demo-web-one']);
    expect(await operations((observed) => planClean(project, observed, 'all'))).to.deep.equal([
      'lock',
      'set aside web-one',
      'stop web-one',
      'remove web-one',
      'unlock',
    ]);
    expect(
      await operations((observed) => planStop(project, observed, [{ service: 'web', instance: 'one' }], {})),
    ).to.deep.equal(['lock', 'stop web-one', 'unlock']);
    const seen = (await observeContainers(engine, { all: true })).find(({ name }) => name === 'funny_name');
    expect(seen?.labels).to.deep.equal({ 'dockerops.base': 'debian12', team: 'web' });
  });

  it("are nobody's on a node, and of a one-off instance, either", async () => {
    const redis = spec('redis', 'redis', { key: 'redis', container: 'redis' });
    await copy('brave_curie', containerOf(redis, {}, node).labels);
    await copy('brave_hopper', { ...containerOf(spec('web', 'a1b2')).labels, 'dockerops.kind': 'once' });
    const observed = await observe(engine);
    expect(observed.containers.filter(({ ownership }) => ownership !== undefined)).to.deep.equal([]);
    expect(onceContainers(project, observed)).to.deep.equal([]);
  });

  it('do not take away what is ours: what was renamed, and what was made anew from the committed image', async () => {
    const { labels } = containerOf(web);
    await copy('demo-web-one', labels);
    await start('renamed', 'demo/web', labels);
    await start('renamed-too', 'dbg', containerOf({ ...web, image: 'dbg' }).labels);
    expect((await listInstances(engine, project, true)).map(({ name }) => name)).to.deep.equal([
      'demo-web-one',
      'renamed',
      'renamed-too',
    ]);
  });

  it('cost a look at an image only where a name does not fit', async () => {
    await start('demo-web-one', 'demo/web', containerOf(web).labels);
    await start(
      'redis',
      'demo/web',
      containerOf(spec('redis', 'redis', { key: 'redis', container: 'redis' }), {}, node).labels,
    );
    await start('somebody', 'demo/web', {});
    await observeContainers(engine, { all: true });
    expect(engine.calls.filter(({ method }) => method === 'findImage')).to.deep.equal([]);
  });
});
