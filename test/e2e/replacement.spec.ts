import { expect } from 'chai';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';

interface PlanDocument {
  readonly operations: readonly { readonly id: string }[];
}

/** Commands that replace or remove, killed with SIGKILL after each of their operations. */
describe('pulling the plug in the middle of a replacement', function () {
  this.timeout(600_000);
  const playground = new Playground('replace');
  let serial = 0;
  const states = async (): Promise<readonly string[]> =>
    (await playground.engine.listContainers({ all: true, labels: { 'dockerops.project': playground.project } }))
      .filter(({ labels }) => labels['dockerops.kind'] === 'instance')
      .map(({ name, state }) => `${name.slice(playground.project.length + 1)} ${state}`)
      .sort();
  const bothRun = ['db-main running', 'web-main running'];
  const write = async (change = '', command = 'sleep 600'): Promise<void> => {
    const entries = ['db', 'web'].map(
      (service) =>
        `{"service": "${service}", "instance": "main", "image": "${testImage}", "stop_signal": "SIGKILL", ` +
        `"seed_command": "${service === 'db' ? command : 'sleep 600'}", "volumes": ["${service}:/kept"], ` +
        `"env_vars": {"N": "${String((serial += 1))}"}` +
        `${service === 'web' ? ', "depends_on": ["db-main"]' : change}}`,
    );
    await playground.write({ 'run.conf': `[${entries.join(', ')}]` });
  };
  const run = async (...words: readonly string[]): Promise<void> => {
    const result = await playground.run(words);
    expect(result.code, `${words.join(' ')}: ${result.stderr}`).to.equal(0);
  };

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
    await write();
    await run('run:all');
  });
  after(() => playground.close());

  for (const [title, plan, command] of [
    ['a replacement', ['plan', '--replace', '--json'], ['run:all', '--replace']],
    ['a clean', ['plan', '--clean', '--json'], ['clean:all,force']],
  ] as const)
    it(`leaves what the next run brings to its end, of ${title}`, async () => {
      await write();
      const document = JSON.parse((await playground.run(plan)).stdout) as PlanDocument;
      const operations = document.operations.map(({ id }) => id).filter((id) => id !== 'unlock' && id !== 'check');
      expect(operations.length).to.be.greaterThan(5);
      for (const operation of operations) {
        const killed = await playground.run(command, { environment: { DOCKEROPS_TEST_KILL_AFTER: operation } });
        expect(killed.signal, `${operation}: ${killed.stderr}`).to.equal('SIGKILL');
        await run('run:all');
        expect(await states(), operation).to.deep.equal(bothRun);
        await write();
      }
    });

  it('does not happen for a value that the engine refuses', async () => {
    await run('run:all', '--replace');
    const before = await playground.containerIds();
    await write(', "cpus": 8000');
    const refused = await playground.run(['run:db,instance=main', '--replace']);
    expect(refused.code).to.equal(1);
    expect(await playground.containerIds()).to.deep.equal(before);
    expect(await states()).to.deep.equal(bothRun);
  });

  it('ends with the former instance when the new one does not stay up', async () => {
    await write();
    await run('run:all', '--replace');
    await write(', "restart": "no"', 'false');
    const failed = await playground.run(['run:db,instance=main', '--replace', '--timeout', '5']);
    expect(failed.code).to.equal(1);
    expect(failed.stderr).to.contain('runs as before');
    expect(await states()).to.deep.equal(bothRun);
  });
});
