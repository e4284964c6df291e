import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../support/cli.ts';
import { dockerExec } from '../support/docker.ts';
import { DnsProject } from '../support/dns-project.ts';
import { eventually } from '../support/eventually.ts';
import { Playground } from '../support/playground.ts';

/** What an instance can do to the names of others when somebody is root in it. */
describe('the keys of a DNS', function () {
  this.timeout(240_000);
  const playground = new Playground('dnskeys');
  const project = new DnsProject(playground);

  before(async () => {
    await playground.open();
    await project.write(DnsProject.conf.slice(0, 3));
    const result = await project.run('run:all', '--build');
    expect(result.code, result.stderr).to.equal(0);
  });
  after(() => playground.close());

  it('an instance that was broken into takes no name, ends none, and leaves room for others', async () => {
    const script = await readFile(join(repository, 'test', 'support', 'hostile-lease.py'), 'utf8');
    const attack = ['python3', '-I', '-c', script, 'app', 'one', '10.210.99.99'];
    const { code, text } = await dockerExec(project.container('app-two'), attack, ['-u', 'root']);
    expect(code, text).to.equal(0);
    expect(JSON.parse(text)).to.include({ taken: 0 });
    expect(await project.resolve('app-one', 'app-one')).to.deep.equal(await project.addresses('app-one'));
    await eventually(async () =>
      expect(await project.resolve('app', 'app-one')).to.deep.equal(await project.addresses('app-one', 'app-two')),
    );
    expect((await project.run('dns', 'check')).code).to.equal(0);
    const rerun = await project.run('rerun:app,instance=one');
    expect(rerun.code, rerun.stderr).to.equal(0);
    expect(await project.resolve('app-one', 'app-two')).to.deep.equal(await project.addresses('app-one'));
  });
});
