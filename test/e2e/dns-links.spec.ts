import { expect } from 'chai';
import { docker, dockerExec } from '../support/docker.ts';
import { DnsProject } from '../support/dns-project.ts';
import { Playground } from '../support/playground.ts';

/** A link of the name of a service, in a project with a DNS. */
describe('the name of a link beside a DNS', function () {
  this.timeout(180_000);
  const playground = new Playground('dnslinks');
  const project = new DnsProject(playground);

  before(async () => {
    await playground.open();
    const app = {
      service: 'app',
      instance: 'two',
      links: ['lead-new:lead'],
      env_vars: { FAR_SERVICE_IP: '192.0.2.5' },
    };
    await project.write([
      { service: 'dockerops-dns', instance: 'one' },
      { service: 'lead', instance: 'old' },
      { service: 'lead', instance: 'new' },
      { service: 'app', instance: 'one' },
      { ...app, links: [...app.links, 'secret-one:far'] },
    ]);
    const result = await project.run('run:all', '--build');
    expect(result.code, result.stderr).to.equal(0);
  });
  after(() => playground.close());

  /** By the resolver that programs use. */
  async function lookUp(key: string, name: string): Promise<readonly string[]> {
    const { text } = await dockerExec(project.container(key), ['getent', 'ahostsv4', name]);
    return [...new Set([...text.matchAll(/^([\d.]+) /gm)].map(([, address = '']) => address))].sort();
  }

  const names = (name: string): readonly string[] =>
    [name, name.toUpperCase()].flatMap((each) => [each, `${each}.local.zone`]);

  it('leads to the linked instance alone, in any case of letters, and for others to the service', async () => {
    const linked = await project.addresses('lead-new');
    for (const name of names('lead')) expect(await lookUp('app-two', name), name).to.deep.equal(linked);
    expect(await lookUp('app-one', 'lead')).to.deep.equal(await project.addresses('lead-old', 'lead-new'));
  });

  it('leads to the address that a variable gives, where the target is on another host', async () => {
    for (const name of names('far')) expect(await lookUp('app-two', name), name).to.deep.equal(['192.0.2.5']);
    expect(await lookUp('app-one', 'far')).to.deep.equal([]);
  });

  it('goes on leading to the instance after a restart with another address', async () => {
    await docker('restart', '--time', '1', project.container('lead-new'));
    expect(await lookUp('app-two', 'lead')).to.deep.equal(await project.addresses('lead-new'));
  });
});
