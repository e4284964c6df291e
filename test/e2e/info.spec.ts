import { expect } from 'chai';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';

describe('dockerops info', function () {
  this.timeout(120_000);
  const playground = new Playground('info');
  const dockerfile = `FROM ${testImage}\nEXPOSE 80\nCMD ["sleep", "600"]\n`;

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
    await playground.write({
      'services/web/Dockerfile': dockerfile,
      'run.conf': '[{"service": "web", "instance": "main", "env_vars": {"A": "old"}}]',
    });
    const run = await playground.run(['run:all']);
    expect(run.code, run.stderr).to.equal(0);
  });
  after(() => playground.close());

  it('reports no difference at first, later what is outdated and what differs', async () => {
    const before = await playground.run(['info:web']);
    expect(before.code, before.stderr).to.equal(0);
    expect(before.stdout)
      .to.match(/image .*, current\n/)
      .and.to.match(/web-main running, [\d.]+, type standard/)
      .and.not.to.contain('differs');
    await playground.write({
      'services/web/Dockerfile': `${dockerfile}ENV B=1\n`,
      'run.conf':
        '[{"service": "web", "instance": "main", "env_vars": {"A": "new"}, "ports": ["127.0.0.1:1:80"], ' +
        '"publish_ports": true, "volumes": "/srv/x:/x:ro"}]',
    });
    const { stdout } = await playground.run(['info', 'web']);
    expect(stdout)
      .to.match(/image .*, older than its source\n/)
      .and.to.match(/environment\.A: old -> new {2}\(run\.conf:1:\d+\)/);
    expect(stdout).to.match(/publishes +127\.0\.0\.1:1->80\n +mounts +\/srv\/x, read-only, on \/x\n/);
  });

  it('prints one JSON document, and knows base services but no unknown ones', async () => {
    const { stdout } = await playground.run(['info:web', '--json']);
    expect(JSON.parse(stdout)).to.include({ schema: 'dockerops/info/1', service: 'web', kind: 'folder' });
    expect((await playground.run(['info:dockerops-base'])).code).to.equal(0);
    expect((await playground.run(['info:wbe'])).code).to.equal(2);
  });
});
