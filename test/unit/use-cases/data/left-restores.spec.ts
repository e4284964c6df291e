import { expect } from 'chai';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { leftRestores } from '../../../../src/lib/use-cases/data/left-restores.ts';
import { containerOf, spec } from '../../../support/specs.ts';

describe('restores that were left half done', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dops-test-'));
  });
  afterEach(() => rm(directory, { recursive: true }));
  const make = (path: string): Promise<string | undefined> => mkdir(join(directory, path), { recursive: true });

  it('are found beside the data of instances, those included whose data lies elsewhere', async () => {
    for (const path of [
      'data/web_one/.dockerops-restore',
      'data/web_two/data',
      'data/web_two/data/.dockerops-restore',
      'old/web_three/.dockerops-restore',
    ])
      await make(path);
    await writeFile(join(directory, 'data/file'), '');
    const container = containerOf(
      spec('web', 'three', {
        mounts: [{ kind: 'data', directory: join(directory, 'old/web_three/data'), target: '/data' }],
      }),
    );
    expect(await leftRestores(join(directory, 'data'), [container])).to.deep.equal(
      ['data/web_one', 'old/web_three'].map((path) => join(directory, path, '.dockerops-restore')),
    );
  });

  it('are none where there is no data', async () => {
    expect(await leftRestores(join(directory, 'nowhere'), [])).to.deep.equal([]);
    await make('data/web_one');
    expect(await leftRestores(join(directory, 'data'), [])).to.deep.equal([]);
  });

  it('are not known where what is there is no data directory', async () => {
    await Promise.all(
      Array.from({ length: 2001 }, (_, index) => writeFile(join(directory, `file-${String(index)}`), '')),
    );
    expect(await leftRestores(directory, [])).to.equal(undefined);
  });
});
