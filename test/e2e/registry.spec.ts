import { expect } from 'chai';
import { Playground } from '../support/playground.ts';
import { busyboxLayer } from '../support/real-engine.ts';
import { PrivateRegistry } from '../support/registry.ts';

describe('images of a private registry', function () {
  this.timeout(120_000);
  const playground = new Playground('registry');
  const registry = new PrivateRegistry();
  const image = (): string => `${registry.address}/team/cache:1`;
  const parent = (): string => `${registry.address}/team/parent:1`;
  const run = (words: readonly string[], config = 'docker'): ReturnType<Playground['run']> =>
    playground.run(words, {
      environment: { DOCKER_CONFIG: `${playground.directory}/${config}`, PUBLISH_ON_IP: '127.0.0.3' },
    });

  before(async () => {
    await playground.open();
    await registry.open();
    const layer = await busyboxLayer();
    registry.add('team/cache', layer, { Env: ['PATH=/bin'], Cmd: ['sleep', '600'], ExposedPorts: { '6379/tcp': {} } });
    registry.add('team/parent', layer, { Env: ['PATH=/bin'], Cmd: ['sleep', '600'], Labels: { parent: 'yes' } });
    await playground.write({
      'services/web/Dockerfile': `FROM ${parent()}\nRUN ["true"]\n`,
      'docker/config.json': registry.config,
      'nobody/config.json': '{}',
      'run.conf': JSON.stringify([
        { service: 'cache', instance: 'one', image: image(), publish_ports: true },
        { service: 'web', instance: 'one' },
      ]),
    });
  });
  after(async () => {
    await playground.close();
    for (const reference of [image(), parent()]) await playground.engine.removeImage(reference).catch(() => {});
    await registry.close();
  });

  it('are refused without a login, with the message of the registry, and nothing is made', async () => {
    const { code, stderr } = await run(['run:all'], 'nobody');
    expect(code).to.equal(1);
    expect(stderr).to.contain('team/cache');
    expect(await playground.containerIds()).to.deep.equal({});
  });

  it('are in the plan before they are pulled, are pulled first, and run with the ports that they expose', async () => {
    const plan = await run(['plan']);
    expect(plan.stdout).to.contain(`* pull    ${image()}`);
    expect(plan.stderr).to.contain('the ports of cache-one are known once');
    const started = await run(['run:all']);
    expect(started.code, started.stderr).to.equal(0);
    const { ports } = await playground.engine.inspectContainer(`${playground.project}-cache-one`);
    expect(ports).to.deep.equal([{ container: 6379, protocol: 'tcp', host: 6379, ip: '127.0.0.3' }]);
  });

  it('can be built on, and are not pulled again', async () => {
    expect((await playground.engine.findImage(`${playground.project}/web`))?.labels).to.include({ parent: 'yes' });
    const again = await run(['plan', '--build', '--exit-code']);
    expect(again.code, again.stdout).to.equal(0);
    expect((await run(['ps', '--json'])).stdout).to.not.match(/"drift":\s*\[\s*"/);
  });
});
