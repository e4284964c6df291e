import { expect } from 'chai';
import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFolders } from '../../../../src/lib/use-cases/data/open-folders.ts';
import { containerOf, spec } from '../../../support/specs.ts';

describe('data folders that other users may enter', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dops-test-'));
    await chmod(directory, 0o755);
  });
  afterEach(() => rm(directory, { recursive: true }));
  const make = async (path: string, mode: number): Promise<void> => {
    await mkdir(join(directory, path), { recursive: true });
    await chmod(join(directory, path), mode);
  };
  const open = async (...containers: Parameters<typeof openFolders>[1]): Promise<readonly string[]> =>
    (await openFolders(join(directory, 'data'), containers)).map((path) => path.slice(directory.length + 1));

  it('are those of instances, those included that a container has elsewhere', async () => {
    await make('data', 0o755);
    await make('data/db_one', 0o755);
    await make('data/db_two', 0o700);
    await make('data/db_three', 0o750);
    await make('data/other', 0o755);
    await make('old/db_four', 0o711);
    const four = containerOf(
      spec('db', 'four', {
        mounts: [{ kind: 'data', directory: join(directory, 'old/db_four/data'), target: '/data' }],
      }),
    );
    expect(await open(four)).to.deep.equal(['data/db_one', 'data/db_three', 'old/db_four']);
  });

  it('are none behind a directory that is closed', async () => {
    await make('data', 0o755);
    await make('data/db_one', 0o755);
    await make('data', 0o700);
    expect(await open()).to.deep.equal([]);
  });

  it('are the data directory itself where it has a shared folder', async () => {
    await make('data', 0o755);
    await make('data/shared', 0o1777);
    expect(await open()).to.deep.equal(['data']);
    await make('data', 0o700);
    expect(await open()).to.deep.equal([]);
  });

  it('are none where there is no data', async () => {
    expect(await open()).to.deep.equal([]);
  });
});
