import { expect } from 'chai';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { dockerops, type CliResult } from '../support/cli.ts';
import { Playground } from '../support/playground.ts';

interface PlanDocument {
  readonly operations: readonly { readonly id: string }[];
}
interface PsDocument {
  readonly instances: readonly { readonly key: string; readonly state: string; readonly image: string }[];
}

/**
 * `run:all` of the demo killed with SIGKILL after each of its operations: the next one reaches the state that an
 * undisturbed run reaches. The cases come from the plan itself, so an operation that is added later is covered.
 */
describe('pulling the plug in the middle of run:all', function () {
  this.timeout(1_500_000);
  const playground = new Playground('plug');
  let directory: string;
  let operations: readonly string[];
  let undisturbed: PsDocument['instances'];
  const run = (words: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<CliResult> =>
    dockerops(words, { cwd: directory, environment: { ...playground.environment, ...environment } });
  const instances = async (): Promise<PsDocument['instances']> =>
    (JSON.parse((await run(['ps', 'all', '--json'])).stdout) as PsDocument).instances.map(({ key, state, image }) => ({
      key,
      state,
      image,
    }));

  before(async () => {
    await playground.open();
    directory = join(playground.directory, 'demo');
    expect((await dockerops(['install_demo', directory], { cwd: playground.directory })).code).to.equal(0);
    expect((await run(['build:all'])).code).to.equal(0);
    operations = (JSON.parse((await run(['plan', '--json'])).stdout) as PlanDocument).operations.map(({ id }) => id);
    const whole = await run(['run:all']);
    expect(whole.code, whole.stderr).to.equal(0);
    undisturbed = await instances();
  });
  after(() => playground.close());

  it('the next run reaches the same state, after each operation of the plan', async () => {
    expect(operations.length).to.be.greaterThan(10);
    for (const operation of operations) await check(operation);
  });

  /** Starts without anything, keys included, so that the plan is always the same. */
  async function check(operation: string): Promise<void> {
    await playground.clear();
    await rm(join(directory, '.dockerops'), { recursive: true, force: true });
    const killed = await run(['run:all'], { DOCKEROPS_TEST_KILL_AFTER: operation });
    expect(killed.signal, `after ${operation}: ${killed.stderr}`).to.equal('SIGKILL');
    const again = await run(['run:all']);
    expect(again.code, `after ${operation}: ${again.stderr}`).to.equal(0);
    expect(await instances(), `after ${operation}`).to.deep.equal(undisturbed);
    const ping = await run(['exec', 'demo', '--instance', 'two', '--', 'ping', '-c', '1', '-W', '3', 'demo-one']);
    expect(ping.code, `after ${operation}: ${ping.stdout}${ping.stderr}`).to.equal(0);
    const idle = await run(['plan', '--exit-code']);
    expect(idle.code, `after ${operation}: ${idle.stdout}`).to.equal(0);
  }
});
