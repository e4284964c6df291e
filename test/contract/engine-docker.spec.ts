import { ensureTestImage, findTestEngine, startTestRun, testImage, type TestRun } from '../support/real-engine.ts';
import { engineContract, type Subject } from './engine.suite.ts';

describe('the Docker engine', function () {
  this.timeout(30_000);
  let run: TestRun | undefined;

  before(async function () {
    const engine = await findTestEngine();
    if (engine === undefined) return this.skip();
    await ensureTestImage(engine);
    run = startTestRun(engine);
  });
  after(() => run?.cleanUp());

  const subject = (): Subject => {
    if (run === undefined) throw new Error('no engine');
    return { ...run, image: testImage };
  };
  engineContract(subject);
});
