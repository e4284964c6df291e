import { appendFile, cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { FolderDigests } from '../../../../src/lib/build/input-hash.ts';
import { Remembered } from '../../../../src/lib/file-cache.ts';
import { readTrustedFile, writeTrustedFile } from '../../../../src/lib/trusted-file.ts';
import { nothingObserved } from '../../../../src/lib/observe/observe.ts';
import { hashedImages } from '../../../../src/lib/use-cases/facts/hashed-images.ts';
import type { ImageSpec } from '../../../../src/lib/model/desired.ts';

const base: ImageSpec = {
  reference: 'dockerops/dockerops-base:latest',
  service: 'dockerops-base',
  source: { kind: 'base', os: 'debian12' },
  parents: [],
};

describe('hashes of base images', () => {
  let directory = '';
  let memory = '';
  beforeEach(async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dockerops-hashed-'));
    [directory, memory] = [join(folder, 'base-image'), join(folder, 'known.json')];
    await cp(join(import.meta.dirname, '../../../../base-image'), directory, { recursive: true });
  });
  afterEach(() => rm(join(directory, '..'), { recursive: true, force: true }));

  /** As a command of that program some seconds after the last change. */
  async function hash(program?: string): Promise<string | undefined> {
    const observed = { ...nothingObserved, engine: { ...nothingObserved.engine, architecture: 'amd64' } };
    const newFolders = (): FolderDigests => new FolderDigests(new Remembered(memory, Date.now() + 3000));
    const [image] = await hashedImages([base], observed, {
      baseImagesDirectory: directory,
      program: () => program,
      newFolders,
    });
    return image?.inputHash;
  }
  function forge(): void {
    writeTrustedFile(memory, (readTrustedFile(memory)?.toString() ?? '').replaceAll(/[0-9a-f]{64}/g, 'remembered'));
  }

  it('are remembered by the program that made them', async () => {
    const made = await hash();
    expect(made).to.match(/^[0-9a-f]{64}$/);
    expect(await hash('one')).to.equal(made);
    forge();
    expect(await hash('one')).to.equal('remembered');
    expect(await hash('two')).to.equal(made);
    expect(await hash()).to.equal(made);
  });

  it('are made anew when one of their files has changed', async () => {
    const made = await hash('one');
    forge();
    await appendFile(join(directory, 'base', 'packages'), 'nano\n');
    expect(await hash('one'))
      .to.match(/^[0-9a-f]{64}$/)
      .and.to.not.equal(made);
  });
});
