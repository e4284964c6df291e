import { DnsDirectory } from '../../src/lib/directories/dns.ts';
import { expect } from 'chai';
import { nameDirectoryContract } from '../contract/name-directory.suite.ts';
import { DnsProject } from '../support/dns-project.ts';
import { Playground } from '../support/playground.ts';

/** The contract of name directories on a real DNS, which `dockerops run` starts. */
describe('the dynamic DNS as a name directory', function () {
  this.timeout(180_000);
  const playground = new Playground('dnsdir');
  const project = new DnsProject(playground);
  const container = project.container('dockerops-dns-one');

  before(async () => {
    await playground.open();
    await project.write(DnsProject.conf.slice(0, 1));
    const result = await project.run('run:all');
    expect(result.code, result.stderr).to.equal(0);
  });
  after(() => playground.close());

  nameDirectoryContract(() => {
    const directory = new DnsDirectory(container, (command, limitMs) =>
      playground.engine.exec(container, { command, user: 'root' }, limitMs),
    );
    return {
      directory,
      published: async () =>
        (await directory.names()).names.map(({ name, addresses, holders }) => ({
          name,
          addresses,
          holders: holders.map(({ service, instance }) => `${service}-${instance}`),
        })),
    };
  });
});
