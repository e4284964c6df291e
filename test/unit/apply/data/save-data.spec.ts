import { expect } from 'chai';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { saveData } from '../../../../src/lib/apply/data/save-data.ts';
import type { Step } from '../../../../src/lib/apply/step.ts';
import { DockeropsError } from '../../../../src/lib/errors.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';
import { project } from '../../../support/specs.ts';

describe('saving data', () => {
  let directory: string;
  let engine: FakeEngine;
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'dockerops-save-'));
    engine = new FakeEngine();
    engine.addImage('dockerops/empty:1');
    engine.hostFiles.set('/d/db_one/data/file', {
      path: '/d/db_one/data/file',
      mode: 0o644,
      uid: 0,
      gid: 0,
      content: Buffer.alloc(3000, 'x'),
    });
  });
  afterEach(() => rm(directory, { recursive: true }));

  const manifest = {
    format: 1,
    project: 'demo',
    service: 'db',
    instance: 'one',
    image: '',
    host: 'h',
    created: '',
    folders: ['data'],
    taken: 'not running',
  } as const;
  const failure = async (file: string): Promise<unknown> => {
    const step = { context: { engine, signal: new AbortController().signal } } as unknown as Step;
    return saveData(
      {
        kind: 'save-data',
        id: 'save',
        subject: 'db-one',
        cause: '',
        needs: [],
        owner: project,
        directory: '/d/db_one',
        folders: ['data'],
        file,
        manifest,
      },
      step,
    ).catch((error: unknown) => error);
  };

  it('is one file under its name, and no helper is left', async () => {
    expect(await failure(join(directory, 'file.tar'))).to.equal(undefined);
    expect(await readdir(directory)).to.deep.equal(['file.tar']);
    expect(engine.containers.size).to.equal(0);
  });

  it('takes away the helper that a killed command left', async () => {
    const { removeContainer } = engine;
    engine.removeContainer = async () => {};
    await failure(join(directory, 'killed.tar'));
    expect(engine.containers.size).to.equal(1);
    engine.removeContainer = removeContainer;
    expect(await failure(join(directory, 'file.tar'))).to.equal(undefined);
    expect(engine.containers.size).to.equal(0);
  });

  it('says so of a place where no file can be, whatever the reason', async () => {
    await writeFile(join(directory, 'no-directory'), '');
    const error = await failure(join(directory, 'no-directory', 'file.tar'));
    expect(error).to.be.instanceOf(DockeropsError);
    expect(error).to.include({ code: 'BACKUP_FILE' });
  });

  it('says so when the engine goes away in the middle, and leaves no file', async () => {
    const { readArchive } = engine;
    let reads = 0;
    engine.readArchive = async (id, path) => {
      if (path !== '/host/data' || (reads += 1) < 2) return readArchive.call(engine, id, path);
      return Readable.from(
        (async function* broken() {
          yield Buffer.alloc(0);
          throw Object.assign(new Error('aborted'), { code: 'ECONNRESET' });
        })(),
        { objectMode: false },
      );
    };
    const error = await failure(join(directory, 'file.tar'));
    expect(error).to.be.instanceOf(DockeropsError);
    expect(error).to.include({ code: 'CUT_OFF' });
    expect(await readdir(directory)).to.deep.equal([]);
  });
});
