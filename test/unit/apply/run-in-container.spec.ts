import { expect } from 'chai';
import { buffer } from 'node:stream/consumers';
import { runInContainerOn } from '../../../src/lib/apply/run-in-container.ts';
import { EngineError } from '../../../src/lib/errors.ts';
import { FakeEngine } from '../../support/fake-engine.ts';

const request = {
  image: 'debian:12',
  platform: 'linux/amd64',
  command: ['make-tree'],
  env: {},
  signal: new AbortController().signal,
};

function engineThatPrints(exitCode: number): FakeEngine {
  const engine = new FakeEngine();
  engine.addImage('debian:12');
  engine.onExec = () => ({ exitCode, stdout: 'a tree', stderr: 'last words\n' });
  return engine;
}

describe('running in a container of a public image', () => {
  it('delivers what the command prints, and takes the container away before the end', async () => {
    const engine = engineThatPrints(0);
    const output = await runInContainerOn(engine)({ ...request, onLine: () => {} });
    expect((await buffer(output)).toString()).to.equal('a tree');
    expect(engine.containers.size).to.equal(0);
  });

  it('fails with the last lines, when the container is gone already', async () => {
    const engine = engineThatPrints(3);
    const output = await runInContainerOn(engine)({ ...request, onLine: () => {} });
    const failure = await buffer(output).catch((error: unknown) => error);
    expect(failure).to.deep.include({ code: 'BOOTSTRAP_FAILED', logs: ['last words'] });
    expect(engine.containers.size).to.equal(0);
  });

  it('says so when it cannot take the container away, and delivers all the same', async () => {
    const engine = engineThatPrints(0);
    engine.failNext('removeContainer', 1, new EngineError('no connection', { code: 'ENGINE_UNREACHABLE' }));
    const lines: string[] = [];
    const output = await runInContainerOn(engine)({ ...request, onLine: (line) => lines.push(line) });
    expect((await buffer(output)).toString()).to.equal('a tree');
    expect(lines.at(-1)).to.contain('no connection');
  });
});
