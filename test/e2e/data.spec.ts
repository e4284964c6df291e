import { expect } from 'chai';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dockerops, type CliResult } from '../support/cli.ts';
import { Playground } from '../support/playground.ts';

describe('persistent data', function () {
  this.timeout(300_000);
  const playground = new Playground('data');
  let directory: string;
  const run = (...words: string[]): Promise<CliResult> => dockerops(words, { cwd: directory, environment: playground.environment });
  const inside = (command: string): Promise<CliResult> => run('exec', 'demo', '--instance', 'kept', '--user', 'root', '--command', command);

  before(async () => {
    await playground.open();
    directory = join(playground.directory, 'demo');
    await dockerops(['install_demo', directory], { cwd: playground.directory });
  });
  after(() => playground.close());

  it('begins with what the image has, stays on the host through clean, and is there again', async () => {
    const first = await run('run:demo,instance=kept,instance_type=persistent');
    expect(first.code, first.stderr).to.equal(0);
    expect((await inside('ls /var/log')).stdout).to.contain('supervisor');
    await inside('echo precious > /data/file');
    const cleaned = await run('clean:demo,instance=kept');
    expect(cleaned.code, cleaned.stderr).to.equal(0);
    expect(await playground.volumeNames()).to.deep.equal([]);
    const kept = join(directory, `data_${playground.project}`, 'demo_kept', 'data', 'file');
    expect(await readFile(kept, 'utf8')).to.equal('precious\n');
    const second = await run('run:demo,instance=kept,instance_type=persistent');
    expect(second.code, second.stderr).to.equal(0);
    expect((await inside('cat /data/file')).stdout).to.equal('precious\n');
  });
});
