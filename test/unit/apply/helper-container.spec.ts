import { expect } from 'chai';
import { text } from 'node:stream/consumers';
import { helperPlace, runScript, withDirectory } from '../../../src/lib/apply/helper-container.ts';
import { planClean } from '../../../src/lib/plan/plan-clean.ts';
import { observe } from '../../../src/lib/observe/observe.ts';
import { EngineError } from '../../../src/lib/errors.ts';
import { FakeEngine } from '../../support/fake-engine.ts';
import { project } from '../../support/specs.ts';

const file = { path: `${helperPlace}/note`, mode: 0o644, uid: 0, gid: 0, content: Buffer.from('kept') };
const messageOf = async (work: Promise<unknown>): Promise<string> => work.then(() => '', (error: unknown) => (error as Error).message);

describe('a helper container', () => {
  it('shows a directory of the host, needs no image that is there, and is gone afterwards', async () => {
    const engine = new FakeEngine();
    await withDirectory(engine, project, '/data/one', (helper) => engine.putFiles(helper, [file]));
    const found = await withDirectory(engine, project, '/data/one', async (helper) => text(await engine.readArchive(helper, `${helperPlace}/note`)));
    expect(found).to.contain('kept');
    expect(engine.containers.size).to.equal(0);
    expect(engine.calls.map(({ method }) => method)).not.to.include('startContainer');
  });

  it('is gone when the work in it fails', async () => {
    const engine = new FakeEngine();
    expect(await messageOf(withDirectory(engine, project, '/data/one', () => Promise.reject(new Error('no'))))).to.equal('no');
    expect(engine.containers.size).to.equal(0);
  });

  it('takes the place of one that a killed command left, and of nobody else\'s container', async () => {
    const engine = new FakeEngine();
    let name = '';
    await withDirectory(engine, project, '/data/one', async (helper) => { ({ name } = await engine.inspectContainer(helper)); });
    const [image = ''] = [...engine.images.keys()];
    const leave = (labels: Readonly<Record<string, string>>): Promise<unknown> =>
      engine.createContainer(name, { image, environment: [], labels, network: { mode: 'none' }, ports: [], mounts: [], runtime: { restart: 'no' } });
    await leave({ 'dockerops.kind': 'helper', 'dockerops.project': 'demo', 'dockerops.path': '/home/ann/demo', 'dockerops.machine': 'm1' });
    expect(planClean(project, await observe(engine), 'all').operations.map(({ id }) => id)).to.include(`remove ${name}`);
    await withDirectory(engine, project, '/data/one', async () => {});
    expect(engine.containers.size).to.equal(0);
    await leave({});
    expect(await messageOf(withDirectory(engine, project, '/data/one', async () => {}))).to.contain('did not make');
    expect(engine.containers.size).to.equal(1);
  });

  it('runs a script with the first image that has a shell, and tells why none had', async () => {
    const engine = new FakeEngine();
    const images = [engine.addImage('bare:1'), engine.addImage('whole:1')];
    const script = { images, script: 'true', words: [], mounts: [], network: 'none', limitMs: 1000 } as const;
    engine.failNext('startContainer', 1, new EngineError('exec: "sh": not found', { code: 'ENGINE_REFUSED' }));
    engine.failNext('startContainer', 1, new EngineError('exec: "sh": missing too', { code: 'ENGINE_REFUSED' }));
    const told = await messageOf(runScript(engine, project, script));
    expect(told).to.contain('not found').and.to.contain('missing too');
    expect(engine.containers.size).to.equal(0);
  });
});
