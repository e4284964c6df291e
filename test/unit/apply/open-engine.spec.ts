import { expect } from 'chai';
import { applierOn, openEngine } from '../../../src/lib/apply/open-engine.ts';
import { createWriter } from '../../../src/lib/engine/docker-engine.ts';
import { connect } from '../../../src/lib/engine/connection/connect.ts';
import { serveEngine } from '../../support/engine-server.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { project } from '../../support/specs.ts';

describe('an opened engine', () => {
  it('reads and runs commands, and has no call that changes the engine', async () => {
    await using server = await serveEngine({ '/containers/json': [] });
    const request = { environment: {}, platform: 'linux' as const, host: `unix://${server.socket}` };
    const { engine } = await openEngine(request);
    expect(await engine.listContainers({ all: true })).to.deep.equal([]);
    for (const name of Object.keys(createWriter(await connect(request), request)))
      expect(engine).not.to.have.property(name);
  });

  it('is changed through its applier', async () => {
    const engine = new FakeEngine();
    engine.hostFiles.set('/data/', { path: '/data/', content: Buffer.alloc(0), mode: 0o755, uid: 0, gid: 0 });
    expect(await applierOn(engine).isDirectoryThere(project, '/data')).to.equal(true);
    expect(engine.calls.map(({ method }) => method)).to.include('createContainer');
  });

  it('tells which directories of its host other users may enter', async () => {
    const engine = new FakeEngine();
    engine.addImage('dockerops/empty:1');
    const put = (path: string, mode: number): void =>
      void engine.hostFiles.set(`${path}/`, { path, content: Buffer.alloc(0), mode, uid: 0, gid: 0 });
    for (const [path, mode] of [
      ['/open', 0o755],
      ['/open/db_one', 0o755],
      ['/open/db_two', 0o700],
      ['/closed', 0o700],
      ['/closed/db_three', 0o755],
    ] as const)
      put(path, mode);
    const directories = ['/open/db_one', '/open/db_two', '/open/db_gone', '/closed/db_three'];
    expect(await applierOn(engine).openDirectoriesOf(project, directories)).to.deep.equal(['/open/db_one']);
    expect(engine.containers.size).to.equal(0);
  });
});
