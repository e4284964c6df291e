import { expect } from 'chai';
import { setImmediate } from 'node:timers/promises';
import { apply } from '../../../src/lib/apply/executor.ts';
import type { ApplyContext } from '../../../src/lib/apply/context.ts';
import { observe } from '../../../src/lib/observe/observe.ts';
import { planRun } from '../../../src/lib/plan/plan-run.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { desired, facts, runOptions, spec } from '../../support/specs.ts';

describe('the first copies of several instances', () => {
  it('are finished at the same time without taking each other\'s helper away', async () => {
    const engine = new FakeEngine();
    for (const image of ['demo/db:latest', 'dockerops/empty:1']) engine.addImage(image);
    const instances = ['one', 'two', 'three', 'four'];
    const file = (path: string, text: string): void => { engine.hostFiles.set(path, { path, mode: 0o644, uid: 0, gid: 0, content: Buffer.from(text) }); };
    for (const name of instances) {
      file(`/d/db_${name}/data/half`, 'x');
      file(`/d/db_${name}/.data.dockerops`, 'copying: it was interrupted\n');
    }
    withContentOfTheImage(engine);
    const wanted = desired(instances.map((name) => spec('db', name, { mounts: [{ kind: 'data', directory: `/d/db_${name}/data`, target: '/data' }] })));
    const observed = await observe(engine);
    const context: Partial<ApplyContext> = { engine, observed, client: facts.client, isAlive: async () => true, makeDirectory: async () => {}, progress: () => {}, signal: new AbortController().signal, command: 'dockerops run:all', width: 6 };
    const { failures } = await apply(planRun(wanted, observed, facts, runOptions), context as ApplyContext);
    expect(failures.map(({ error }) => error.message)).to.deep.equal([]);
    for (const name of instances) {
      expect([...engine.hostFiles.keys()]).to.include(`/d/db_${name}/data/whole`);
      expect(engine.hostFiles.get(`/d/db_${name}/.data.dockerops`)?.content.toString()).to.match(/^complete/);
    }
  });
});

/** Containers of it have a file that the data folders do not; reading takes a moment. */
function withContentOfTheImage(engine: FakeEngine): void {
  const { createContainer, readArchive } = engine;
  engine.createContainer = async (name, config) => {
    const created = await createContainer.call(engine, name, config);
    if (config.image !== 'dockerops/empty:1') engine.containers.get(created.id)?.files.set('/data/whole', { path: '/data/whole', mode: 0o644, uid: 0, gid: 0, content: Buffer.from('y') });
    return created;
  };
  engine.readArchive = async (id, path) => {
    for (let turn = 0; turn < 50; turn += 1) await setImmediate();
    return readArchive.call(engine, id, path);
  };
}
