import { expect } from 'chai';
import { readerOf } from '../../../src/lib/engine/reader.ts';
import { FakeEngine } from '../../support/fake-engine.ts';

describe('the reader of an engine', () => {
  it('has nothing that could change the engine or run something in it', () => {
    const reader = readerOf(new FakeEngine());
    for (const name of Object.keys(reader))
      expect(name).not.to.match(/^(create|remove|start|stop|put|build|load|pull|tag|update|wait|exec|openExec)/);
  });

  it('reads what the engine has', async () => {
    const engine = new FakeEngine();
    engine.addImage('demo/one:latest');
    expect((await readerOf(engine).listImages()).map(({ references }) => references)).to.deep.equal([
      ['demo/one:latest'],
    ]);
  });
});
