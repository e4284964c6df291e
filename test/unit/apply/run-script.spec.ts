import { expect } from 'chai';
import { runScript } from '../../../src/lib/apply/run-script.ts';
import { Interrupted, OperationFailed } from '../../../src/lib/errors.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { project } from '../../support/specs.ts';
import { plainContainer } from '../../support/plain-container.ts';

describe('a script in a helper container', () => {
  const script = {
    images: ['demo/db:latest'],
    script: 'sleep 3600',
    words: [],
    mounts: [],
    network: 'none',
    limitMs: 10,
  } as const;
  const engineWhoseScriptsLast = (): FakeEngine => {
    const engine = new FakeEngine();
    engine.addImage('demo/db:latest');
    engine.waitContainer = (_, signal) =>
      new Promise((__, reject) => {
        signal?.addEventListener('abort', () => {
          reject(new Interrupted('wait: interrupted'));
        });
      });
    return engine;
  };
  // A timer of a signal keeps no process going.
  const failure = async (work: Promise<unknown>): Promise<unknown> => {
    const awake = setInterval(() => {}, 1000);
    return work
      .catch((error: unknown) => error)
      .finally(() => {
        clearInterval(awake);
      });
  };

  it('that takes too long has failed, which is no interruption, and leaves no container', async () => {
    const engine = engineWhoseScriptsLast();
    const error = await failure(runScript(engine, project, script));
    expect(error).to.be.instanceOf(OperationFailed);
    expect(error).to.include({ code: 'HELPER_TIMEOUT', exitCode: 1 });
    expect(engine.containers.size).to.equal(0);
  });

  it('ends the one that a killed command left at work before it does the same', async () => {
    const engine = engineWhoseScriptsLast();
    await engine.createContainer(
      `dockerops-helper-${project.kind}-${project.name}-restore-x`,
      plainContainer('demo/db:latest', { labels: { 'dockerops.kind': 'helper' }, network: { mode: 'none' } }),
    );
    const [left] = engine.containers.keys();
    let others: readonly string[] = [];
    engine.waitContainer = async () => {
      others = [...engine.containers.keys()];
      return { exitCode: 0 };
    };
    await runScript(engine, project, { ...script, suffix: 'restore-x' });
    expect(others).to.have.lengthOf(1).and.not.to.include(left);
  });

  it('is interrupted by the user', async () => {
    const stop = new AbortController();
    const work = failure(runScript(engineWhoseScriptsLast(), project, { ...script, limitMs: 60_000 }, stop.signal));
    setImmediate(() => {
      stop.abort();
    });
    expect(await work).to.be.instanceOf(Interrupted);
  });
});
