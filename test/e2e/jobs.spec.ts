import { expect } from 'chai';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';

/** A migration, and a service that depends on it. */
describe('a job that others wait for', function () {
  this.timeout(120_000);
  const playground = new Playground('jobs');
  const conf = (command: string): string =>
    JSON.stringify([
      {
        service: 'migrate',
        instance: 'main',
        image: testImage,
        seed_command: command,
        wait: 'completed',
        restart: 'no',
      },
      { service: 'web', instance: 'one', image: testImage, seed_command: 'sleep 600', depends_on: ['migrate'] },
    ]);

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
  });
  after(() => playground.close());

  it('that fails is told with its last lines, and what depends on it does not start', async () => {
    await playground.write({ 'run.conf': conf('sh -c "echo its-own-reason; exit 3"') });
    const { code, stderr } = await playground.run(['run:all']);
    expect(code).to.equal(1);
    expect(stderr).to.contain('exit code 3').and.contain('its-own-reason');
    expect((await playground.run(['ps'])).stdout).to.equal('no instances\n');
  });

  it('runs once, and is completed for run, plan, ps and info', async () => {
    await playground.write({ 'run.conf': conf('sh -c "sleep 1; echo migrated"') });
    const first = await playground.run(['run:all,replace']);
    expect(first.code, first.stderr).to.equal(0);
    const second = await playground.run(['run:all']);
    expect([second.code, second.stdout]).to.deep.equal([0, '2 kept\n']);
    expect((await playground.run(['plan'])).stdout).to.match(/= keep +migrate-main +completed/);
    expect((await playground.run(['ps:all'])).stdout).to.match(/migrate .* completed/);
    expect((await playground.run(['info:migrate'])).stdout).to.contain('migrate-main completed, type standard');
    expect((await playground.run(['start:all'])).code).to.equal(0);
    expect((await playground.run(['logs:migrate'])).stdout.match(/migrated/g)).to.have.length(1);
  });
});
