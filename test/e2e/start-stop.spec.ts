import { expect } from 'chai';
import { eventually } from '../support/eventually.ts';
import { Playground } from '../support/playground.ts';
import { ensureTestImage, testImage } from '../support/real-engine.ts';

describe('dockerops start and stop', function () {
  this.timeout(120_000);
  const playground = new Playground('start');
  const states = async (): Promise<Readonly<Record<string, string>>> => {
    const rows = await playground.engine.listContainers({
      all: true,
      labels: { 'dockerops.project': playground.project },
    });
    return Object.fromEntries(rows.map(({ name, state }) => [name.slice(playground.project.length + 1), state]));
  };

  before(async () => {
    await playground.open();
    await ensureTestImage(playground.engine);
    await playground.write({
      'services/db/Dockerfile': `FROM ${testImage}\nCMD ["sh", "-c", "test ! -e /dies || exit 7; exec sleep 600"]\n`,
      'services/web/Dockerfile': `FROM ${testImage}\nCMD ["sleep", "600"]\n`,
      'run.conf':
        '[{"service": "db", "instance": "main", "restart": "no", "stop_grace_period": "1s"}, ' +
        '{"service": "web", "instance": "main", "links": ["db-main:db"], ' +
        '"group": "front", "stop_grace_period": "1s"}]',
    });
    const run = await playground.run(['run:all']);
    expect(run.code, run.stderr).to.equal(0);
  });
  after(() => playground.close());

  it('stops an instance and starts the same container again', async () => {
    const ids = await playground.containerIds();
    const stop = await playground.run(['stop:web,instance=main']);
    expect(stop.code, stop.stderr).to.equal(0);
    expect(await states()).to.deep.equal({ 'db-main': 'running', 'web-main': 'exited' });
    expect((await playground.run(['stop', 'web', '--json'])).code).to.equal(0);
    const start = await playground.run(['start', '--group', 'front']);
    expect([start.code, start.stdout], start.stderr).to.deep.equal([0, '1 started\n']);
    expect(await states()).to.deep.equal({ 'db-main': 'running', 'web-main': 'running' });
    expect(await playground.containerIds()).to.deep.equal(ids);
  });

  it('stops all within the given time, and starts all', async () => {
    const stop = await playground.run(['stop:all,timeout=0']);
    expect([stop.code, stop.stdout], stop.stderr).to.deep.equal([0, '2 stopped\n']);
    expect(await states()).to.deep.equal({ 'db-main': 'exited', 'web-main': 'exited' });
    const start = await playground.run(['start:all', '--json']);
    expect(JSON.parse(start.stdout)).to.include({ schema: 'dockerops/start/1' });
    expect(await states()).to.deep.equal({ 'db-main': 'running', 'web-main': 'running' });
  });

  it('stops and removes instances that restart again and again, between two starts of them', async () => {
    const name = `${playground.project}-web-loop`;
    for (const words of ['stop:web,instance=loop', 'clean:web,instance=loop']) {
      await playground.run(['run', 'web', '--instance', 'loop', '--seed-command', 'false', '--replace']);
      await eventually(async () => {
        const { state, restartCount } = await playground.engine.inspectContainer(name);
        expect([state, restartCount > 4]).to.deep.equal(['restarting', true]);
      }, 30_000);
      const { code, stderr } = await playground.run([words]);
      expect(code, stderr).to.equal(0);
    }
    expect(await states()).to.deep.equal({ 'db-main': 'running', 'web-main': 'running' });
  });

  it('reports an instance that exits again, and that there is none', async () => {
    // The first of two: it has exited when the second has started.
    const name = `${playground.project}-db-main`;
    await playground.engine.putFiles(name, [{ path: '/dies', mode: 0o644, uid: 0, gid: 0, content: Buffer.from('') }]);
    await playground.run(['stop:all,timeout=0']);
    const dies = await playground.run(['start:all']);
    expect(dies.code).to.equal(1);
    expect(dies.stderr).to.match(/exit code 7|Exited \(7\)/);
    const none = await playground.run(['start:web,instance=nix']);
    expect(none.code).to.equal(2);
    expect(none.stderr).to.contain('web has no instance nix').and.to.contain('dockerops run:web,instance=nix');
    expect((await playground.run(['stop:wbe'])).stderr).to.contain('did you mean "web"?');
  });
});
