import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dockerops } from '../support/cli.ts';
import { ensureTestImage, findTestEngine } from '../support/real-engine.ts';
import { removeServed } from '../support/served.ts';
import { TestServe } from '../support/serve.ts';
import { buildUnitImages, unitImages } from '../support/unit-images.ts';

describe('deploys from the command line', function () {
  this.timeout(240_000);
  const name = `dops-test-deploy-${randomBytes(3).toString('hex')}`;
  const service = name.slice(-20).replace(/^-+/, '');
  const data = mkdtempSync(join(tmpdir(), 'dockerops-deploy-'));
  let server: TestServe;
  before(async function () {
    const engine = await findTestEngine();
    if (engine === undefined) return this.skip();
    await ensureTestImage(engine);
    await buildUnitImages();
    server = await new TestServe(['--data', data, '--name', name, '--deploy-timeout', '60s']).ready();
  });
  after(async () => {
    // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- skipped without an engine
    await server?.end('SIGTERM');
    await removeServed(name);
    rmSync(data, { recursive: true });
  });

  const cli = (...words: readonly string[]) =>
    dockerops(words, { cwd: data, environment: { DOCKEROPS_SERVER: server.url } });

  it('tell what they would do, how they go on, and what runs then', async () => {
    expect((await cli('services', 'create', service, 'dops-test/unit', '--instances', '2')).code).to.equal(0);
    const plan = await cli('deploy', service, unitImages.one, '--dry-run');
    expect(plan.stdout, plan.stderr).to.match(new RegExp(`^${service} version 1 of ${unitImages.one}\\n`));
    expect(plan.stdout).to.include(`${service}-1-2`);
    const { code, stdout, stderr } = await cli('deploy', service, unitImages.one);
    expect([code, stdout], stderr).to.deep.equal([0, `${service} version 1: done\n`]);
    for (const text of ['queued', 'pulled', 'started', 'switched'])
      expect(stderr).to.include(`${service} 1: ${text}\n`);
    const units = (await cli('units', service)).stdout.trimEnd().split('\n').slice(1);
    expect(units.map((line) => line.split(/ {2,}/)[0])).to.deep.equal([`${service}-1-1`, `${service}-1-2`]);
    expect(units[0]).to.match(/ active +running/);
    expect((await cli('services', 'show', service)).stdout).to.include('running: version 1\n');
  });

  it('fail with the cause and the last lines of the unit, and what ran before still runs', async () => {
    const { code, stdout, stderr } = await cli('deploy', service, unitImages.bad);
    expect([code, stdout]).to.deep.equal([1, '']);
    expect(stderr).to.include(`${service} version 2: `).and.include('exit code 3').and.include('its last words');
    expect((await cli('services', 'show', service)).stdout).to.include('running: version 1\n');
  });

  it('go back to the version that ran before', async () => {
    expect((await cli('deploy', service, unitImages.two)).stdout).to.equal(`${service} version 3: done\n`);
    const { code, stdout, stderr } = await cli('rollback', service);
    expect([code, stdout], stderr).to.deep.equal([0, `${service} version 4: done\n`]);
    expect(stderr).to.include('back to version 1\n');
  });
});
