import { expect } from 'chai';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';

interface EnvDocument {
  readonly schema: string;
  readonly instances: readonly { readonly variables: readonly { readonly name: string; readonly value: string }[] }[];
}

describe('dockerops env', function () {
  this.timeout(120_000);
  const playground = new Playground('env');

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
    const dockerfile = `FROM ${testImage}\nCMD ["sleep", "600"]\n`;
    await playground.write({
      'services/web/Dockerfile': dockerfile,
      'services/db/Dockerfile': dockerfile,
      'run.conf':
        '[{"service": "db", "instance": "main"}, {"service": "web", "instance": "main", "links": ["db-main:db"], ' +
        '"env_vars": {"A": "conf", "API_TOKEN": "hush", "DB_HOST": null}}]',
    });
  });
  after(() => playground.close());

  it('shows values, places and overridden values, in both dialects, and no secret', async () => {
    const [old, modern] = await Promise.all([
      playground.run(['env:web,instance=main'], { environment: { A: 'mine' } }),
      playground.run(['env', 'web', '--instance', 'main'], { environment: { A: 'mine' } }),
    ]);
    expect(old.code, old.stderr).to.equal(0);
    expect(modern.stdout).to.equal(old.stdout);
    expect(old.stdout)
      .to.match(/^A +mine +environment +conf \(run\.conf:1:\d+\)$/m)
      .and.to.match(/^API_TOKEN +<secret>/m)
      .and.to.match(/^DB_HOST +\(missing\)/m);
    expect(old.stdout).not.to.contain('hush');
  });

  it('shows the address of a running instance, and prints one JSON document', async () => {
    const run = await playground.run(['run:db,instance=main']);
    expect(run.code, run.stderr).to.equal(0);
    const address = await playground.run(['get_ip:db']);
    const { code, stdout } = await playground.run(['env:web', '--json']);
    const document = JSON.parse(stdout) as EnvDocument;
    expect([code, document.schema]).to.deep.equal([0, 'dockerops/env/1']);
    expect(document.instances[0]?.variables.find(({ name }) => name === 'DB_SERVICE_IP')?.value).to.equal(
      address.stdout.trim(),
    );
    expect(stdout).not.to.contain('hush');
  });
});
