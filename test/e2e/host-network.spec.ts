import { expect } from 'chai';
import { Playground } from '../support/playground.ts';

describe('an instance on the network of the host', function () {
  this.timeout(120_000);
  const playground = new Playground('nethost');

  before(async () => {
    await playground.open();
    await playground.write({
      'services/web/Dockerfile': 'FROM dockerops/dockerops-base\nEXPOSE 8099\n',
      'run.conf': '[{"service": "web", "instance": "near", "network_mode": "nethost", "publish_ports": true}]',
    });
    const run = await playground.run(['run:all']);
    expect(run.code, run.stderr).to.equal(0);
    expect(run.stderr).to.contain('web-near is on the network of the host, so its ports are not published');
  });
  after(() => playground.close());

  it('runs there, leaves port 22 to the host, and can still be logged in to', async () => {
    const { code, stdout, stderr } = await playground.run([
      'ssh:web,instance=near,command=id -un; sudo supervisorctl status sshd',
    ]);
    expect(stdout, stderr).to.match(/^dockerops\nsshd +STOPPED/);
    expect(code).to.be.a('number');
    expect(
      Object.keys((await playground.engine.inspectContainer(`${playground.project}-web-near`)).addresses),
    ).to.deep.equal(['host']);
  });

  it('has no address of its own, no links and no drift, and is removed like any other', async () => {
    const address = await playground.run(['ip:web,instance=near']);
    expect(address.code).to.equal(2);
    expect(address.stderr).to.contain("web-near is on the host's network and has no address of its own");
    await playground.write({
      'run.conf':
        '[{"service": "web", "instance": "near", "network_mode": "host", "publish_ports": true}, ' +
        '{"service": "web", "instance": "far", "links": ["web-near:peer"]}]',
    });
    const plan = await playground.run(['plan']);
    expect(plan.code).to.equal(2);
    expect(plan.stderr).to.contain('the target of the link peer is web-near, which is on the network of the host');
    const kept = await playground.run(['plan:web,instance=near,exit_code']);
    expect(kept.code, kept.stdout).to.equal(0);
    expect((await playground.run(['clean:all,force'])).code).to.equal(0);
    expect(await playground.containerIds()).to.deep.equal({});
  });
});
