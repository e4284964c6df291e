import { expect } from 'chai';
import { setImmediate } from 'node:timers/promises';
import { apply } from '../../../../src/lib/apply/executor.ts';
import type { ApplyContext } from '../../../../src/lib/apply/context.ts';
import { observe } from '../../../../src/lib/observe/observe.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';
import { planRun } from '../../../support/plans.ts';
import { desired, facts, runOptions, spec } from '../../../support/specs.ts';

describe('the first copies of several instances', () => {
  const instances = ['one', 'two', 'three', 'four'];
  let engine: FakeEngine;
  let told: string[];
  const file = (path: string, text: string): void => {
    engine.hostFiles.set(path, { path, mode: 0o644, uid: 0, gid: 0, content: Buffer.from(text) });
  };
  const markOf = (name: string): string | undefined =>
    engine.hostFiles.get(`/d/db_${name}/.data.dockerops`)?.content.toString().split(':')[0];

  async function run(names: readonly string[]): Promise<readonly string[]> {
    const wanted = desired(
      names.map((name) =>
        spec('db', name, { mounts: [{ kind: 'data', directory: `/d/db_${name}/data`, target: '/data' }] }),
      ),
    );
    const observed = await observe(engine);
    const progress: ApplyContext['progress'] = (event) => {
      if (event.type === 'warning') told.push(event.text);
    };
    const context: Partial<ApplyContext> = {
      engine,
      observed,
      client: facts.client,
      isProcessRunning: () => true,
      makeDirectories: async () => true,
      progress,
      signal: new AbortController().signal,
      command: 'dockerops run:all',
      width: 6,
    };
    const { failures } = await apply(planRun(wanted, observed, facts, runOptions), context as ApplyContext);
    return failures.map(({ error }) => error.message);
  }

  beforeEach(() => {
    told = [];
    engine = new FakeEngine();
    for (const image of ['demo/db:latest', 'dockerops/empty:1']) engine.addImage(image);
    withContentOfTheImage(engine);
  });

  it("are finished at the same time without taking each other's helper away", async () => {
    for (const name of instances) {
      file(`/d/db_${name}/data/half`, 'x');
      file(`/d/db_${name}/.data.dockerops`, 'copying: it was interrupted\n');
    }
    expect(await run(instances)).to.deep.equal([]);
    for (const name of instances) {
      expect([...engine.hostFiles.keys()]).to.include(`/d/db_${name}/data/whole`);
      expect(markOf(name)).to.equal('complete');
    }
  });

  it('are whole, with their marks, before there is a container that somebody could start', async () => {
    const marks: (string | undefined)[] = [];
    const { createContainer } = engine;
    engine.createContainer = async (name, config) => {
      if (!name.startsWith('dockerops-')) marks.push(markOf('one'));
      else if (config.image !== 'dockerops/empty:1')
        expect([config.entrypoint, markOf('one')]).to.deep.equal([['-'], 'copying']);
      return createContainer.call(engine, name, config);
    };
    expect(await run(['one'])).to.deep.equal([]);
    expect(marks).to.deep.equal(['complete']);
  });

  it('are not made again where a restore was interrupted after it had put the folder in its place', async () => {
    file('/d/db_one/data/restored', 'x');
    file('/d/db_one/.data.dockerops', 'restoring: whatever\n');
    file('/d/db_one/.dockerops-restore/data/part', 'x');
    expect(await run(['one'])).to.deep.equal([]);
    expect([markOf('one'), engine.hostFiles.has('/d/db_one/data/whole')]).to.deep.equal(['complete', false]);
    expect(told.join()).to.contain('/d/db_one/.dockerops-restore was left by a restore');
  });
});

/** Containers of it have a file that the data folders do not; reading takes a moment. */
function withContentOfTheImage(engine: FakeEngine): void {
  const { createContainer, readArchive } = engine;
  engine.createContainer = async (name, config) => {
    const created = await createContainer.call(engine, name, config);
    if (config.image !== 'dockerops/empty:1')
      engine.containers
        .get(created.id)
        ?.files.set('/data/whole', { path: '/data/whole', mode: 0o644, uid: 0, gid: 0, content: Buffer.from('y') });
    return created;
  };
  engine.readArchive = async (id, path) => {
    for (let turn = 0; turn < 50; turn += 1) await setImmediate();
    return readArchive.call(engine, id, path);
  };
}
