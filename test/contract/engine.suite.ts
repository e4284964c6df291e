import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer, text } from 'node:stream/consumers';
import { extract, pack } from 'tar-stream';
import { Conflict, DockeropsError, EngineError, Interrupted, NotFound } from '../../src/lib/errors.ts';
import type { ContainerConfig } from '../../src/lib/engine/container-config.ts';
import { imageContent } from '../../src/lib/model/image-content.ts';
import { streamOpened, type Engine, type EngineEvent } from '../../src/lib/engine/engine.ts';
import { readArchivedLayers, withoutPaths } from '../../src/lib/engine/archive/thin-archive.ts';
import { fileLayer, layeredArchive, testImageArchive } from '../support/real-engine.ts';

/** An engine to test, and what the tests may make on it. */
export interface Subject {
  readonly engine: Engine;
  /** Begins every name. */
  readonly prefix: string;
  /** On everything that is made. */
  readonly labels: Readonly<Record<string, string>>;
  /** On the engine's host, for what is mounted. */
  readonly directory: string;
  /** Has echo, cat, sleep, true and false. */
  readonly image: string;
}

/** A /24 of our own that hardly anybody has. */
const subnetBase = `10.199.${String(Math.floor(Date.now() / 1000) % 256)}`;

/** What every engine keeps; whatever the fake does beyond this is not to be relied on. */
export function engineContract(open: () => Subject): void {
  let subject: Subject;
  let engine: Engine;
  beforeEach(() => {
    subject = open();
    ({ engine } = subject);
  });

  const name = (suffix: string): string => `${subject.prefix}${suffix}-${randomBytes(3).toString('hex')}`;
  const config = (change: Partial<ContainerConfig> = {}): ContainerConfig => ({
    image: subject.image,
    command: ['sleep', '1000'],
    environment: [],
    labels: subject.labels,
    network: { mode: 'bridge' },
    ports: [],
    mounts: [],
    runtime: { restart: 'no', stopSeconds: 0 },
    ...change,
  });
  const create = async (change: Partial<ContainerConfig> = {}): Promise<string> =>
    (await engine.createContainer(name('c'), config(change))).id;
  const running = async (change: Partial<ContainerConfig> = {}): Promise<string> => {
    const id = await create(change);
    await engine.startContainer(id);
    return id;
  };
  const find = async (id: string) =>
    (await engine.listContainers({ all: true, labels: subject.labels })).find((one) => one.id === id);

  describe('containers', () => {
    it('go from created to running to exited to gone', async () => {
      const own = name('life');
      const { id } = await engine.createContainer(own, config());
      expect(await find(id)).to.deep.include({
        name: own,
        state: 'created',
        health: 'none',
        addresses: { bridge: '' },
      });
      await engine.startContainer(id);
      const started = await find(id);
      expect(started).to.include({ state: 'running' }).and.not.have.property('exitCode');
      expect(started?.addresses['bridge']).to.match(/^\d+\.\d+\.\d+\.\d+$/);
      await engine.stopContainer(id, 0);
      expect(await find(id)).to.deep.include({ state: 'exited', exitCode: 137, addresses: { bridge: '' } });
      await engine.removeContainer(id);
      expect(await find(id)).to.equal(undefined);
    });

    it('are listed without stopped ones unless asked', async () => {
      const id = await create();
      expect((await engine.listContainers({ all: false, labels: subject.labels })).map((one) => one.id)).to.not.include(
        id,
      );
    });

    it('are found by all labels of a filter, an empty value meaning any', async () => {
      const id = await create({ labels: { ...subject.labels, 'dops.a': '1', 'dops.b': '2' } });
      const ids = async (labels: Record<string, string>): Promise<string[]> =>
        (await engine.listContainers({ all: true, labels: { ...subject.labels, ...labels } })).map((one) => one.id);
      expect(await ids({ 'dops.a': '1', 'dops.b': '' })).to.deep.equal([id]);
      expect(await ids({ 'dops.a': '2' })).to.deep.equal([]);
      expect(await ids({ 'dops.a': '1', 'dops.c': '' })).to.deep.equal([]);
    });

    it('are inspected by id and by name', async () => {
      const own = name('inspect');
      const { id } = await engine.createContainer(own, config());
      const detail = await engine.inspectContainer(own);
      expect(detail).to.deep.include({
        id,
        name: own,
        image: subject.image,
        state: 'created',
        startedAt: '',
        finishedAt: '',
        pid: 0,
        tty: false,
      });
      expect(await engine.inspectContainer(id)).to.deep.equal(detail);
    });

    it("are inspected as the engine's own document, too", async () => {
      const own = name('document');
      const { id } = await engine.createContainer(own, config({ environment: ['A=1'] }));
      await engine.startContainer(id);
      for (const idOrName of [own, id]) {
        const document = (await engine.inspectDocument(idOrName)) as Readonly<Record<string, object>>;
        expect(document).to.include({ Id: id, Name: `/${own}` });
        expect(document['State']).to.have.property('Status', 'running');
        expect(document['Config']).to.deep.include({ Image: subject.image, Labels: subject.labels });
        expect((document['Config'] as { readonly Env: readonly string[] }).Env).to.include('A=1');
        expect(document['NetworkSettings']).to.have.property('Networks').that.is.an('object');
      }
    });

    it('refuse a name that is taken with Conflict', async () => {
      const own = name('twice');
      await engine.createContainer(own, config());
      expect(await errorOf(engine.createContainer(own, config()))).to.be.instanceOf(Conflict);
    });

    it('refuse an image that is not there with NotFound', async () => {
      expect(await errorOf(create({ image: 'dops-test/nothing:here' }))).to.be.instanceOf(NotFound);
    });

    it('that do not exist are NotFound for every call', async () => {
      const gone = name('gone');
      const calls = [
        engine.inspectContainer(gone),
        engine.startContainer(gone),
        engine.stopContainer(gone, 0),
        engine.removeContainer(gone),
        engine.renameContainer(gone, name('other')),
        engine.setRestartPolicy(gone, 'no'),
        engine.waitContainer(gone),
        engine.putFiles(gone, [{ path: '/a', mode: 0o644, uid: 0, gid: 0, content: Buffer.from('') }]),
        engine.readArchive(gone, '/a'),
        lines(engine.logs(gone, {})),
        engine.exec(gone, { command: ['true'] }, 5000),
      ];
      for (const error of await Promise.all(calls.map(errorOf))) expect(error).to.be.instanceOf(NotFound);
    });

    it('get another name, before the start and while they run, unless another container has it', async () => {
      const [created, started] = [await create(), await running()];
      const [first, second] = [name('first'), name('second')];
      await engine.renameContainer(created, first);
      await engine.renameContainer(started, second);
      expect([(await find(created))?.name, (await find(started))?.name]).to.deep.equal([first, second]);
      expect(await errorOf(engine.renameContainer(started, first))).to.be.instanceOf(Conflict);
      await engine.startContainer(first);
      expect((await find(created))?.state).to.equal('running');
    });

    it('get another restart policy in any state, and go on as they are', async () => {
      const id = await running();
      await engine.setRestartPolicy(id, 'unless-stopped');
      expect((await find(id))?.state).to.equal('running');
      await engine.stopContainer(id, 0);
      await engine.setRestartPolicy(id, 'no');
      expect((await find(id))?.state).to.equal('exited');
    });

    it('may be stopped and started twice', async () => {
      const id = await running();
      await engine.startContainer(id);
      await engine.stopContainer(id, 0);
      await engine.stopContainer(id, 0);
      expect((await find(id))?.state).to.equal('exited');
    });

    it('are removed while running only by force', async () => {
      const id = await running();
      expect(await errorOf(engine.removeContainer(id))).to.be.instanceOf(Conflict);
      await engine.removeContainer(id, { force: true });
      expect(await find(id)).to.equal(undefined);
    });

    it('tell their exit code to who waits', async () => {
      const id = await create({ command: ['false'] });
      await engine.startContainer(id);
      expect(await engine.waitContainer(id)).to.deep.equal({ exitCode: 1 });
    });

    it('let a waiter go when the signal aborts', async () => {
      const abort = new AbortController();
      const waiting = errorOf(engine.waitContainer(await running(), abort.signal));
      abort.abort();
      expect(await waiting).to.be.instanceOf(Interrupted);
    });

    it('publish ports, one entry for IPv4 and IPv6', async () => {
      const id = await running({
        ports: [
          { container: 80, protocol: 'tcp' },
          { container: 53, protocol: 'udp', ip: '127.0.0.1' },
        ],
      });
      const ports = (await find(id))?.ports ?? [];
      expect(
        ports.map(({ container, protocol, ip }) => ({ container, protocol, ...(ip === undefined ? {} : { ip }) })),
      ).to.have.deep.members([
        { container: 53, protocol: 'udp', ip: '127.0.0.1' },
        { container: 80, protocol: 'tcp' },
      ]);
      for (const { host } of ports) expect(host).to.be.greaterThan(1023);
    });

    it('report their health', async () => {
      const id = await running({ healthcheck: { test: ['CMD', 'true'], intervalSeconds: 600 } });
      expect((await find(id))?.health).to.equal('starting');
      expect(await engine.inspectContainer(id)).to.deep.include({ health: 'starting', healthTest: ['CMD', 'true'] });
    });
  });

  describe('files', () => {
    it('are put into a container before it starts and are there when it runs', async () => {
      const id = await create();
      await engine.putFiles(id, [
        { path: '/srv/deep/file', mode: 0o640, uid: 1000, gid: 1000, content: Buffer.from('hello\n') },
      ]);
      await engine.startContainer(id);
      expect(await engine.exec(id, { command: ['cat', '/srv/deep/file'] }, 5000)).to.deep.equal({
        exitCode: 0,
        stdout: 'hello\n',
        stderr: '',
      });
    });

    it('come out as a tar with their owner and mode', async () => {
      const id = await create();
      await engine.putFiles(id, [
        { path: '/srv/file', mode: 0o640, uid: 1000, gid: 1001, content: Buffer.from('hello') },
      ]);
      for await (const entry of Readable.from(await engine.readArchive(id, '/srv/file')).pipe(extract())) {
        expect(entry.header).to.include({ name: 'file', uid: 1000, gid: 1001 });
        expect(entry.header.mode & 0o777).to.equal(0o640);
        expect(await text(entry)).to.equal('hello');
      }
    });
  });

  describe('directories of the host', () => {
    const tar = (entries: Readonly<Record<string, string>>): Readable => {
      const archive = pack();
      for (const [path, content] of Object.entries(entries))
        archive.entry(
          path.endsWith('/')
            ? { name: path, type: 'directory', mode: 0o750, uid: 7, gid: 8 }
            : { name: path, mode: 0o640, uid: 1, gid: 2 },
          content,
        );
      archive.finalize();
      return Readable.from(archive, { objectMode: false });
    };
    const read = async (id: string, path: string): Promise<Record<string, string>> => {
      const found: Record<string, string> = {};
      for await (const entry of Readable.from(await engine.readArchive(id, path)).pipe(extract())) {
        const { name: own, uid, gid, mode } = entry.header;
        found[own] = `${String(uid)}:${String(gid)} ${(mode & 0o777).toString(8)} ${await text(entry)}`;
      }
      return found;
    };

    it('are made, written and read through a container that never starts', async () => {
      const directory = `${subject.directory}/${name('made')}/inner`;
      const mounts = [{ kind: 'directory', directory, target: '/host' }] as const;
      const id = await create({ mounts });
      await engine.putArchive(id, '/host', tar({ 'kept/': '', 'kept/file': 'one' }));
      await engine.putArchive(id, '/host', tar({ 'kept/file': 'two', beside: 'three' }));
      const other = await create({ mounts });
      expect(await read(other, '/host/kept')).to.deep.equal({ 'kept/': '7:8 750 ', 'kept/file': '1:2 640 two' });
      expect(await read(other, '/host/kept/.')).to.deep.equal({ './': '7:8 750 ', './file': '1:2 640 two' });
      expect(await errorOf(engine.readArchive(other, '/host/nothing'))).to.be.instanceOf(NotFound);
    });
  });

  describe('pausing', () => {
    it('freezes a running container, once, until it is told otherwise', async () => {
      const id = await running();
      await engine.pauseContainer(id);
      expect((await find(id))?.state).to.equal('paused');
      expect(await errorOf(engine.pauseContainer(id))).to.be.instanceOf(Conflict);
      await engine.unpauseContainer(id);
      expect((await find(id))?.state).to.equal('running');
      expect(await errorOf(engine.unpauseContainer(id))).to.be.instanceOf(Conflict);
    });
  });

  describe('exec', () => {
    it('keeps exit code and both streams apart', async () => {
      const id = await running();
      expect(await engine.exec(id, { command: ['echo', 'one', 'two'] }, 5000)).to.deep.equal({
        exitCode: 0,
        stdout: 'one two\n',
        stderr: '',
      });
      const failed = await engine.exec(id, { command: ['cat', '/none'] }, 5000);
      expect(failed).to.include({ exitCode: 1, stdout: '' });
      expect(failed.stderr).to.include('/none');
    });

    it('gives up at its limit, saying what it waited for', async () => {
      const id = await running();
      const error = await errorOf(engine.exec(id, { command: ['sleep', '1000'] }, 50));
      expect(error).to.be.instanceOf(EngineError).with.property('code', 'EXEC_TIMEOUT');
      expect((error as Error).message)
        .to.include('sleep 1000')
        .and.include('0.05 s');
    });

    it('in a container that does not run is a Conflict', async () => {
      expect(await errorOf(engine.exec(await create(), { command: ['true'] }, 5000))).to.be.instanceOf(Conflict);
    });

    it('sees the end of its input and still answers', async () => {
      const session = await engine.openExec(await running(), { command: ['cat'] });
      session.stdin.end('all of it');
      expect(await Promise.all([text(session.stdout), text(session.stderr), session.exitCode()])).to.deep.equal([
        'all of it',
        '',
        0,
      ]);
    });
  });

  describe('the streams of a container', () => {
    it('have all that it says, when attached before it starts, and its exit code', async () => {
      const id = await create({ command: ['echo', 'hello stream'], runtime: { restart: 'no', stdin: true } });
      const session = await engine.attach(id, false);
      await engine.startContainer(id);
      session.stdin.end();
      expect(await Promise.all([text(session.stdout), text(session.stderr), session.exitCode()])).to.deep.equal([
        'hello stream\n',
        '',
        0,
      ]);
      await engine.removeContainer(id);
    });

    it('are not those of a container that is not there', async () => {
      expect(await engine.attach(name('nobody'), false).catch((error: unknown) => error)).to.be.instanceOf(NotFound);
    });
  });

  describe('what a container uses', () => {
    it('is told while it runs, and is nothing when it has ended', async () => {
      const id = await running();
      expect((await engine.readUsage(id)).memoryBytes).to.be.greaterThan(1000);
      await engine.stopContainer(id, 0);
      expect(await engine.readUsage(id)).to.deep.equal({ cpuSeconds: 0, memoryBytes: 0 });
      await engine.removeContainer(id);
      expect(await errorOf(engine.readUsage(id))).to.be.instanceOf(NotFound);
    });
  });

  describe('logs', () => {
    it('have stream, time and text of each line', async () => {
      const id = await create({ command: ['echo', 'hello log'] });
      await engine.startContainer(id);
      await engine.waitContainer(id);
      const [line, ...more] = await lines(engine.logs(id, {}));
      expect(line).to.include({ stream: 'stdout', text: 'hello log' });
      expect(Date.parse(line?.time ?? '')).to.be.greaterThan(0);
      expect(more).to.deep.equal([]);
    });
  });

  describe('events', () => {
    let abort = new AbortController();
    beforeEach(() => {
      abort = new AbortController();
    });
    // A stream that goes on would keep a run of tests from its end.
    afterEach(() => {
      abort.abort();
    });

    it('come from the moment that the stream says so, and end with the signal', async () => {
      const events = engine.events({ ...subject.labels, 'dops.events': '' }, abort.signal)[Symbol.asyncIterator]();
      expect((await events.next()).value).to.equal(streamOpened);
      const id = await create({ labels: { ...subject.labels, 'dops.events': 'yes' } });
      const event = (await events.next()).value as EngineEvent;
      expect(event).to.include({ type: 'container', action: 'create', id });
      expect(event.labels).to.include({ 'dops.events': 'yes' });
      const next = events.next();
      abort.abort();
      expect(await next).to.deep.equal({ done: true, value: undefined });
    });

    it('tell what happens to a container, with its labels, or only the actions that are asked for', async () => {
      const own = { ...subject.labels, 'dops.events': randomBytes(4).toString('hex') };
      const watch = async (actions?: readonly string[]): Promise<AsyncIterator<EngineEvent>> => {
        const events = engine.events(own, abort.signal, actions)[Symbol.asyncIterator]();
        expect((await events.next()).value).to.equal(streamOpened);
        return events;
      };
      const [all, some] = [await watch(), await watch(['start', 'rename', 'destroy'])];
      const id = await running({ labels: own });
      await engine.pauseContainer(id);
      await engine.unpauseContainer(id);
      await engine.renameContainer(id, name('renamed'));
      await engine.stopContainer(id, 0);
      await engine.removeContainer(id);
      const told = await untilDestroyed(all);
      for (const { type, id: about, labels } of told)
        expect([type, about, labels]).to.deep.equal(['container', id, { ...labels, ...own }]);
      // Of these two the engine may tell either first; it tells of signals besides.
      const end = ['die', 'stop'];
      // The engine may tell these twice: for the call, and when its runtime has done it.
      const once = ['pause', 'unpause'];
      const actions = told
        .map(({ action }) => action)
        .filter(
          (action, index, every) => action !== 'kill' && (!once.includes(action) || every.indexOf(action) === index),
        );
      expect(actions.map((action) => (end.includes(action) ? 'end' : action))).to.deep.equal([
        'create',
        'start',
        'pause',
        'unpause',
        'rename',
        'end',
        'end',
        'destroy',
      ]);
      expect(actions).to.include.members(end);
      expect((await untilDestroyed(some)).map(({ action }) => action)).to.deep.equal(['start', 'rename', 'destroy']);
      abort.abort();
    });

    it('of a container that is removed while it runs tell its end, too', async () => {
      const own = { ...subject.labels, 'dops.events': randomBytes(4).toString('hex') };
      const id = await running({ labels: own });
      const events = engine.events(own, abort.signal, ['die', 'destroy'])[Symbol.asyncIterator]();
      await events.next();
      await engine.removeContainer(id, { force: true });
      expect((await untilDestroyed(events)).map(({ action }) => action)).to.deep.equal(['die', 'destroy']);
      abort.abort();
    });
  });

  describe('networks and volumes', () => {
    it('give the address that is asked for', async () => {
      const network = name('net');
      const { id } = await engine.createNetwork({
        name: network,
        subnet: `${subnetBase}.0/24`,
        ipRange: `${subnetBase}.128/25`,
        gateway: `${subnetBase}.1`,
        labels: subject.labels,
      });
      expect(await engine.listNetworks(subject.labels)).to.deep.include({
        id,
        name: network,
        driver: 'bridge',
        subnets: [`${subnetBase}.0/24`],
        labels: subject.labels,
      });
      const attached = { mode: 'network', name: network, aliases: [], links: [] } as const;
      const fixed = await running({ network: { ...attached, address: `${subnetBase}.5` } });
      const free = await running({ network: attached });
      expect((await find(fixed))?.addresses).to.deep.equal({ [network]: `${subnetBase}.5` });
      expect((await find(free))?.addresses[network])
        .to.match(new RegExp(`^${subnetBase.replaceAll('.', '\\.')}\\.\\d+$`))
        .and.not.equal(`${subnetBase}.5`);
      expect(await errorOf(engine.removeNetwork(id)), 'in use').to.be.instanceOf(EngineError);
      const again = {
        name: network,
        subnet: '10.198.77.0/24',
        ipRange: '10.198.77.128/25',
        gateway: '10.198.77.1',
        labels: subject.labels,
      };
      expect(await errorOf(engine.createNetwork(again)), 'name taken').to.be.instanceOf(Conflict);
      for (const container of [fixed, free]) await engine.removeContainer(container, { force: true });
      await engine.removeNetwork(id);
      expect(await errorOf(engine.removeNetwork(id)), 'gone').to.be.instanceOf(NotFound);
    });

    it('make a volume once, and keep it while a container has it', async () => {
      const volume = name('vol');
      await engine.createVolume({ name: volume, labels: subject.labels });
      await engine.createVolume({ name: volume, labels: subject.labels });
      expect(await engine.listVolumes(subject.labels)).to.deep.include({ name: volume, labels: subject.labels });
      const id = await create({
        mounts: [{ kind: 'volume', volume, target: '/data', readOnly: false, lifetime: 'kept' }],
      });
      expect(await errorOf(engine.removeVolume(volume))).to.be.instanceOf(Conflict);
      await engine.removeContainer(id);
      await engine.removeVolume(volume);
      expect(await errorOf(engine.removeVolume(volume))).to.be.instanceOf(NotFound);
    });
  });

  describe("volumes of a container's own", () => {
    const volumes = async (): Promise<readonly string[]> =>
      (await engine.listVolumes(subject.labels)).map((volume) => volume.name);

    it('are listed with their path and labels, and are removed only on request', async () => {
      const id = await create({ mounts: [{ kind: 'scratch', target: '/own', labels: subject.labels }] });
      const own = (await find(id))?.volumes[0];
      expect(own?.name).to.match(/^[0-9a-f]{64}$/);
      expect(own?.target).to.equal('/own');
      expect((await engine.inspectContainer(id)).volumes).to.deep.equal([own]);
      expect(await volumes()).to.include(own?.name);
      await engine.removeContainer(id, { volumes: false });
      expect(await volumes(), 'kept').to.include(own?.name);
      const next = await create({
        mounts: [
          { kind: 'volume', volume: own?.name ?? '', target: '/own', readOnly: false, lifetime: 'kept' },
          { kind: 'scratch', target: '/other', labels: subject.labels },
        ],
      });
      const other = (await find(next))?.volumes.find(({ target }) => target === '/other');
      expect((await find(next))?.volumes).to.have.deep.members([own, other]);
      await engine.removeContainer(next, { volumes: true });
      expect(await volumes())
        .to.include(own?.name)
        .and.not.include(other?.name);
      await engine.removeVolume(own?.name ?? '');
    });
  });

  describe('images', () => {
    it('have the same id when an archive is loaded twice', async () => {
      const reference = `${name('img')}:1`;
      expect(await engine.loadImages(await testImageArchive(reference, subject.labels), () => {})).to.deep.equal([
        reference,
      ]);
      const first = await engine.findImage(reference);
      await engine.loadImages(await testImageArchive(reference, subject.labels), () => {});
      expect((await engine.findImage(reference))?.id).to.equal(first?.id);
      expect((await engine.listImages(subject.labels)).find(({ id }) => id === first?.id)).to.deep.include({
        references: [reference],
        labels: subject.labels,
      });
    });

    it('may have several references, and are gone with the last of them', async () => {
      const first = `${name('img')}:1`;
      const second = `${name('img')}:latest`;
      await engine.loadImages(await testImageArchive(first, { ...subject.labels, second }), () => {});
      const id = (await engine.findImage(first))?.id ?? '';
      await engine.loadImages(await testImageArchive(second, { ...subject.labels, second }), () => {});
      expect((await engine.findImage(second.replace(':latest', '')))?.id).to.equal(id);
      await engine.removeImage(first);
      expect((await engine.findImage(second))?.references).to.deep.equal([second]);
      await engine.removeImage(second);
      expect(await engine.findImage(id)).to.equal(undefined);
      expect(await errorOf(engine.removeImage(second))).to.be.instanceOf(NotFound);
    });

    it('are saved as an archive, which gives the same image again', async () => {
      const reference = `${name('saved')}:1`;
      await engine.loadImages(await testImageArchive(reference, { ...subject.labels, reference }), () => {});
      const before = await engine.findImage(reference);
      const saved = await buffer(await engine.saveImages([reference]));
      await engine.removeImage(reference);
      expect(await engine.loadImages(Readable.from([saved]), () => {})).to.deep.equal([reference]);
      const after = await engine.findImage(reference);
      expect(after).to.deep.include({ id: before?.id, layers: before?.layers, references: [reference] });
    });

    it('cannot be saved when there are none of that name', async () => {
      expect(await errorOf(engine.saveImages([`${name('gone')}:1`]))).to.be.instanceOf(NotFound);
    });

    it('are loaded without the layers that are there, and not without others', async () => {
      if ((await engine.facts()).imageStore !== 'layers') return;
      const reference = `${name('thin')}:1`;
      await engine.loadImages(await testImageArchive(reference, { ...subject.labels, reference }), () => {});
      const saved = await buffer(await engine.saveImages([reference]));
      const paths = await readArchivedLayers(Readable.from([saved]));
      expect([...paths.values()].map(({ id }) => id)).to.deep.equal((await engine.findImage(reference))?.layers);
      const thin = await buffer(withoutPaths(Readable.from([saved]), new Set(paths.keys())));
      expect(thin.length).to.be.lessThan(saved.length / 10);
      const id = (await engine.findImage(reference))?.id;
      await engine.removeImage(reference);
      await engine.loadImages(Readable.from([thin]), () => {});
      expect((await engine.findImage(reference))?.id).to.equal(id);
      const layer = await fileLayer('new', randomBytes(8));
      const full = await buffer(layeredArchive(`${name('other')}:1`, [layer], subject.labels));
      const unknown = new Set((await readArchivedLayers(Readable.from([full]))).keys());
      const error = await errorOf(engine.loadImages(withoutPaths(Readable.from([full]), unknown), () => {}));
      expect(String(error)).to.match(/no such file/);
    });

    it('have the same content under each name, and another one with other labels', async () => {
      const load = async (labels: Readonly<Record<string, string>>): Promise<string | undefined> => {
        const reference = `${name('content')}:1`;
        await engine.loadImages(await testImageArchive(reference, labels), () => {});
        const detail = await engine.findImage(reference);
        return detail && imageContent(detail);
      };
      const one = await load({ ...subject.labels, a: '1', b: '2' });
      expect(one).to.match(/^sha256:[0-9a-f]{64}$/);
      expect(await load({ b: '2', a: '1', ...subject.labels })).to.equal(one);
      expect(await load({ ...subject.labels, a: '1' })).not.to.equal(one);
    });

    it('tell what made their layers', async () => {
      const reference = `${name('history')}:1`;
      await engine.loadImages(await testImageArchive(reference, { ...subject.labels, history: '1' }), () => {});
      expect(await engine.imageHistory(reference)).to.deep.equal(['dockerops tests']);
      expect(await errorOf(engine.imageHistory(`${name('gone')}:1`))).to.be.instanceOf(NotFound);
    });

    it('are built with labels and all tags', async () => {
      const tags = [`${name('built')}:1`, `${name('built')}:2`];
      const context = pack();
      context.entry({ name: 'Dockerfile' }, `FROM ${subject.image}\n`);
      context.finalize();
      const built = await engine.buildImage({
        context: Readable.from(await buffer(Readable.from(context))),
        dockerfile: 'Dockerfile',
        tags,
        labels: subject.labels,
        buildArgs: {},
        cache: true,
        onLine: () => {},
      });
      const found = await engine.findImage(tags[1] ?? '');
      expect(found).to.deep.include({ id: built.id, labels: subject.labels });
      expect(found?.references).to.have.members(tags);
    });

    it('that a build cannot finish are an error of ours', async () => {
      const broken = new Readable({
        read() {
          this.destroy(new Error('disk on fire'));
        },
      });
      const error = await errorOf(
        engine.buildImage({
          context: broken,
          dockerfile: 'Dockerfile',
          tags: [],
          labels: {},
          buildArgs: {},
          cache: true,
          onLine: () => {},
        }),
      );
      expect(error).to.be.instanceOf(Error);
      expect((error as Error).message).to.include('disk on fire');
    });
  });
}

async function untilDestroyed(events: AsyncIterator<EngineEvent>): Promise<readonly EngineEvent[]> {
  const found: EngineEvent[] = [];
  while (found.at(-1)?.action !== 'destroy') {
    const next = await events.next();
    if (next.done === true) throw new Error('the engine ended the stream');
    found.push(next.value);
  }
  return found;
}

async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof DockeropsError || error instanceof Error) return error;
  }
  return undefined;
}

async function lines<T>(source: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const line of source) found.push(line);
  return found;
}
