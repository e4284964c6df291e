import { expect } from 'chai';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StatusDocument } from '../../src/lib/daemons/operator/status.ts';
import { dockerops, repository, type CliResult } from '../support/cli.ts';
import { findConsul, startConsul, type TestConsul } from '../support/consul.ts';
import { TestNode, patient } from '../support/operator-node.ts';
import { ensureTestImage, openRealEngine, testImage } from '../support/real-engine.ts';

describe('an operator that runs once', function () {
  this.timeout(60_000);
  let consul: TestConsul;
  let node: TestNode;
  let directory: string;

  before(async function () {
    const program = findConsul();
    if (program === undefined) return this.skip();
    const engine = await openRealEngine();
    await ensureTestImage(engine);
    consul = await startConsul(program, { acl: true });
    node = new TestNode(consul, engine);
    directory = await mkdtemp(join(tmpdir(), 'dops-test-once-'));
  });
  after(async () => {
    await node.close();
    await consul[Symbol.asyncDispose]();
    await rm(directory, { recursive: true });
  });

  function operator(...words: readonly string[]): Promise<CliResult> {
    return dockerops(['operator', ...words], { cwd: directory });
  }

  it('needs no more permissions than the guide lists; previews, runs, and then has nothing to do', async () => {
    const guide = await readFile(join(repository, 'docs/operator.md'), 'utf8');
    const rules = /```\n(key_prefix[\s\S]*?)```/.exec(guide)?.[1] ?? '';
    await writeFile(join(directory, 'token'), await consul.createToken(rules.replace('web-1', node.name)));
    await writeFile(
      join(directory, 'operator.json'),
      JSON.stringify({
        node: node.name,
        consul: consul.address,
        token_file: 'token',
        loop: false,
        metadata: { rack: '7' },
        services: {
          [node.service('web')]: { image: testImage, command: patient, ports: [{ incoming: 28_085, outgoing: 80 }] },
        },
      }),
    );
    const shown = await operator('--dry-run');
    expect(shown.stdout).to.contain(`+ create  ${node.service('web')}`);
    expect(await node.containers()).to.deep.equal({});
    const done = await operator('--json');
    expect(done.code, done.stderr).to.equal(0);
    expect((JSON.parse(done.stdout) as StatusDocument).services[node.service('web')]?.state).to.equal('running');
    const { id } = await node.container('web');
    expect((await node.entries()).map(({ port }) => port)).to.deep.equal([28_085]);
    expect((await operator()).code).to.equal(0);
    expect((await node.container('web')).id).to.equal(id);
  });

  it('exits with 1 and the reason when a service is not as desired', async () => {
    await node.put(`apps/${node.service('bad')}`, 'Not An Image');
    const { code, stdout } = await operator();
    expect(code).to.equal(1);
    expect(stdout)
      .to.contain(`! ${node.service('bad')}  unread: `)
      .and.contain('is neither the name of an image nor a JSON object')
      .and.contain(`= ${node.service('web')}  running`);
  });

  it('exits with 2 and all mistakes in the settings', async () => {
    const { code, stderr } = await operator('--config', 'token', '-listen', 'nowhere');
    expect(code).to.equal(2);
    expect(stderr).to.contain('token:1:1').and.contain('--listen').and.contain('--node');
  });
});
