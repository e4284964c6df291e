import { expect } from 'chai';
import { chown, mkdir, mkdtemp, rm, stat, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { makeDataDirectory, makeDirectoriesHere } from '../../../../src/lib/apply/data/private-directory.ts';
import { EngineError } from '../../../../src/lib/errors.ts';
import type { Owner } from '../../../../src/lib/model/desired.ts';
import { FakeEngine } from '../../../support/fake-engine.ts';
import { project } from '../../../support/specs.ts';

const isRoot = process.getuid?.() === 0;

describe('data directories of this machine', () => {
  let place: string;
  let owner: Owner;
  const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);
  const make = (...directories: readonly string[]): Promise<boolean> =>
    makeDirectoriesHere(
      directories.map((directory) => join(place, directory)),
      owner,
    );

  beforeEach(async () => {
    place = await mkdtemp(join(tmpdir(), 'dockerops-private-'));
    owner = { kind: 'project', name: 'demo', path: place, machine: 'm' };
  });
  afterEach(() => rm(place, { recursive: true }));

  it('are for their owner alone, whatever the umask allows; what is above them is not their matter', async () => {
    const before = process.umask(0);
    try {
      expect(await make('above/data', 'above/data/db_one')).to.equal(true);
    } finally {
      process.umask(before);
    }
    expect(await modeOf(join(place, 'above/data'))).to.equal('700');
    expect(await modeOf(join(place, 'above/data/db_one'))).to.equal('700');
    expect(await modeOf(join(place, 'above'))).not.to.equal('700');
  });

  it('that exist keep their modes', async () => {
    await mkdir(join(place, 'data'), { mode: 0o755 });
    await mkdir(join(place, 'data/db_old'), { mode: 0o755 });
    expect(await make('data', 'data/db_old')).to.equal(true);
    expect(await make('data', 'data/db_new')).to.equal(true);
    expect([await modeOf(join(place, 'data')), await modeOf(join(place, 'data/db_old'))]).to.deep.equal(['755', '755']);
    expect(await modeOf(join(place, 'data/db_new'))).to.equal('700');
  });

  it('are not made where a link leads nowhere', async () => {
    await symlink('/nowhere-at-all', join(place, 'data'));
    expect(await make('data', 'data/db_one')).to.equal(false);
  });

  if (isRoot)
    it("belong to whom the project's directory belongs to, when root makes them", async () => {
      await chown(place, 25001, 25002);
      await make('data', 'data/db_one');
      for (const directory of ['data', 'data/db_one']) {
        const { uid, gid } = await stat(join(place, directory));
        expect([uid, gid]).to.deep.equal([25001, 25002]);
      }
    });
});

describe('data directories made through the engine', () => {
  let engine: FakeEngine;
  let there: Set<string>;
  const make = (directory: string, onThisMachine = false, isOuter = false): Promise<void> =>
    makeDataDirectory(
      { owner: project, directory, isOuter, onThisMachine },
      { engine, makeDirectories: async () => false },
    );
  const made = (): readonly string[] =>
    [...engine.hostFiles].map(
      ([path, { mode, uid, gid }]) => `${path} ${mode.toString(8)} ${String(uid)}:${String(gid)}`,
    );

  beforeEach(() => {
    engine = new FakeEngine();
    engine.addImage('dockerops/empty:1');
    there = new Set(['/srv']);
    const create = engine.createContainer.bind(engine);
    // As engines do: what is not there can be mounted only where it is to be made.
    engine.createContainer = async (name, config) => {
      for (const mount of config.mounts) {
        if (mount.kind === 'directory') there.add(mount.directory);
        if (mount.kind === 'bind' && !there.has(mount.source))
          throw new EngineError('bind source path does not exist', { code: 'ENGINE_REFUSED' });
      }
      return create(name, config);
    };
  });

  it('are for root alone on an engine elsewhere', async () => {
    await make('/srv/data/db_one');
    expect(made()).to.deep.equal(['/srv/data/ 700 0:0', '/srv/data/db_one/ 700 0:0']);
  });

  it('leave the data directory that exists as it is', async () => {
    there.add('/srv/data');
    await make('/srv/data/db_one');
    expect(made()).to.deep.equal(['/srv/data/db_one/ 700 0:0']);
  });

  it('are not touched when they exist', async () => {
    there.add('/srv/data/db_one');
    await make('/srv/data/db_one');
    expect(made()).to.deep.equal([]);
  });

  it('of a shared folder are the data directory alone', async () => {
    await make('/srv/data', false, true);
    expect(made()).to.deep.equal(['/srv/data/ 700 0:0']);
  });

  it('never take the place of a file or a link that is there', async () => {
    engine.hostFiles.set('/srv/data', { path: '/srv/data', mode: 0o777, uid: 0, gid: 0, content: Buffer.alloc(0) });
    const error: unknown = await make('/srv/data/db_one').catch((thrown: unknown) => thrown);
    expect(error).to.have.property('message').that.contains('/srv/data is not a directory');
    expect(dirname([...engine.hostFiles.keys()].join())).to.equal('/srv');
  });
});
