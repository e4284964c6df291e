import { expect } from 'chai';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { installDemo } from '../../../src/lib/use-cases/install-demo.ts';

describe('installing the demo', () => {
  let place: string;
  before(async () => {
    place = await mkdtemp(join(tmpdir(), 'dops-test-install-'));
    await mkdir(join(place, 'source', 'services'), { recursive: true });
    await writeFile(join(place, 'source', 'run.conf'), '[]');
  });
  after(() => rm(place, { recursive: true }));

  it('makes a directory like any other, and leaves nothing beside it', async () => {
    expect(await installDemo(join(place, 'source'), join(place, 'demo'))).to.deep.equal([
      join(place, 'demo', 'run.conf'),
    ]);
    expect((await stat(join(place, 'demo'))).mode).to.equal((await stat(join(place, 'source'))).mode);
    expect(await readdir(place)).to.have.members(['source', 'demo']);
  });

  it('overwrites nothing', async () => {
    const failure = await installDemo(join(place, 'source'), join(place, 'source')).catch((error: unknown) => error);
    expect(failure).to.deep.include({ code: 'DEMO_EXISTS', exitCode: 2 });
  });
});
