import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureTestImage, findTestEngine, startTestRun, testImage, type TestRun } from '../support/real-engine.ts';
import { engineContract, type Subject } from './engine.suite.ts';

describe('the Docker engine', function () {
  this.timeout(30_000);
  let run: TestRun | undefined;
  const directory = join(tmpdir(), `dockerops-contract-${String(process.pid)}`);

  before(async function () {
    const engine = await findTestEngine();
    if (engine === undefined) return this.skip();
    await ensureTestImage(engine);
    run = startTestRun(engine);
  });
  after(async () => {
    await run?.cleanUp();
    await rm(directory, { recursive: true, force: true });
  });

  const subject = (): Subject => {
    if (run === undefined) throw new Error('no engine');
    return {
      ...run,
      image: testImage,
      directory,
    };
  };
  engineContract(subject);
});
