import { expect } from 'chai';
import { randomBytes } from 'node:crypto';
import { Conflict, EngineError, NotFound } from '../../src/lib/errors.ts';
import type { ContainerConfig } from '../../src/lib/engine/container-config.ts';
import type { Engine, ServicePlacement } from '../../src/lib/engine/engine.ts';
import type { ObservedTask, TaskState } from '../../src/lib/model/observed-state.ts';
import { eventually } from '../support/eventually.ts';

/** A Swarm of one manager that runs tasks, and what the tests may make there. */
export interface SwarmSubject {
  readonly engine: Engine;
  /** On everything that is made. */
  readonly labels: Readonly<Record<string, string>>;
  /** Has echo, sleep, true and false, and is on the manager. */
  readonly image: string;
}

/** What every Swarm keeps; whatever the fake does beyond this is not to be relied on. */
export function swarmContract(open: () => SwarmSubject): void {
  let subject: SwarmSubject;
  let engine: Engine;
  beforeEach(() => {
    subject = open();
    ({ engine } = subject);
  });

  const name = (): string => `dops-test-${randomBytes(4).toString('hex')}`;
  const config = (change: Partial<ContainerConfig> = {}): ContainerConfig => ({
    image: subject.image,
    command: ['sleep', '1000'],
    environment: [],
    labels: subject.labels,
    network: { mode: 'bridge' },
    ports: [],
    mounts: [],
    runtime: { restart: 'no' },
    ...change,
  });
  const onManager: ServicePlacement = {
    mode: { replicated: 1 },
    constraints: ['node.role==manager'],
    endpoint: 'dnsrr',
  };
  const create = async (change: Partial<ContainerConfig> = {}, placement: Partial<ServicePlacement> = {}) =>
    (await engine.createSwarmService(name(), config(change), { ...onManager, ...placement })).id;
  const taskOf = async (id: string, ...states: readonly TaskState[]): Promise<ObservedTask> =>
    eventually(async () => {
      const [task] = await engine.listTasks({ services: [id] });
      expect(task?.state).to.be.oneOf([...states]);
      return task as ObservedTask;
    });

  it('has a node with its role, its state and its size', async () => {
    const [node] = await engine.listNodes();
    expect(node).to.include({ role: 'manager', availability: 'active', state: 'ready' });
    expect(node?.cpus).to.be.greaterThan(0);
    expect(node?.memoryBytes).to.be.greaterThan(2 ** 20);
  });

  it('runs a service, whose task says where it runs', async () => {
    const own = name();
    const { id } = await engine.createSwarmService(own, config({ labels: { ...subject.labels, own } }), onManager);
    const task = await taskOf(id, 'running');
    const [node] = await engine.listNodes();
    expect(task).to.include({ serviceId: id, nodeId: node?.id, desired: 'running', slot: 1 });
    expect(task.containerId).to.be.a('string');
    expect(task.exitCode).to.equal(undefined);
    const [row] = await engine.listSwarmServices({ own });
    expect(row).to.deep.include({ id, name: own, mode: { replicated: 1 }, replicas: 1, running: 1 });
    expect(Date.parse(row?.created ?? '')).to.be.greaterThan(0);
    expect(await engine.findSwarmService(own)).to.include({ id, name: own });
    expect(await engine.findSwarmService(id)).to.include({ id, name: own });
  });

  it('says which ports of the hosts a service publishes over TCP', async () => {
    const port = { container: 80, protocol: 'tcp', host: 41_080, publish: 'host' } as const;
    const id = await create({ ports: [port, { container: 53, protocol: 'udp', host: 41_053, publish: 'host' }] });
    const found = async (): Promise<unknown> => (await engine.findSwarmService(id))?.published;
    expect(await eventually(found)).to.deep.equal([{ host: 41_080, mode: 'host' }]);
  });

  it('runs one task of a global service on each node', async () => {
    const id = await create({}, { mode: 'global' });
    await taskOf(id, 'running');
    expect(await engine.findSwarmService(id)).to.deep.include({ mode: 'global' });
    expect(await engine.listTasks({ services: [id] })).to.have.length((await engine.listNodes()).length);
  });

  it('does not start again what has ended, and says how it ended', async () => {
    const [good, bad] = [await create({ command: ['true'] }), await create({ command: ['false'] })];
    expect(await taskOf(good, 'complete')).to.include({ exitCode: 0, desired: 'shutdown' });
    expect(await taskOf(bad, 'failed')).to.include({
      exitCode: 1,
      desired: 'shutdown',
      error: 'task: non-zero exit (1)',
    });
    expect(await engine.listTasks({ services: [good] })).to.have.length(1);
  });

  it('lists tasks by labels of their services and by what they are to become', async () => {
    const own = name();
    const labels = { ...subject.labels, own };
    const [ended, running] = [await create({ labels, command: ['true'] }), await create({ labels })];
    await taskOf(ended, 'complete');
    await taskOf(running, 'running');
    const services = async (...desired: readonly TaskState[]): Promise<readonly string[]> =>
      (await engine.listTasks({ labels: { own }, desired })).map(({ serviceId }) => serviceId);
    expect(await services('running')).to.deep.equal([running]);
    expect(await services('shutdown')).to.deep.equal([ended]);
    expect(await services('running', 'shutdown')).to.have.members([ended, running]);
  });

  it('keeps a task waiting that no node can take, and says why', async () => {
    const elsewhere = await create({}, { constraints: ['node.role==worker'] });
    const [node] = await engine.listNodes();
    const notHere = await create({}, { constraints: [`node.id!=${node?.id ?? ''}`] });
    const large = await create({}, { reservedMemoryBytes: 2 ** 50 });
    const reason = async (id: string): Promise<string> =>
      eventually(async () => {
        const task = await taskOf(id, 'pending');
        expect(task.error).to.be.a('string');
        return task.error ?? '';
      });
    for (const id of [elsewhere, notHere])
      expect(await reason(id)).to.equal('no suitable node (scheduling constraints not satisfied on 1 node)');
    expect(await reason(large)).to.equal('no suitable node (insufficient resources on 1 node)');
  });

  it('rejects a task whose image the node has not', async () => {
    const task = await taskOf(await create({ image: 'dops-test/missing:1' }), 'rejected');
    expect(task.error).to.match(/^No such image: dops-test\/missing:1/);
    expect(task.lacksImage).to.equal(true);
  });

  it('refuses a second service of one name', async () => {
    const own = name();
    await engine.createSwarmService(own, config(), onManager);
    const error: unknown = await engine.createSwarmService(own, config(), onManager).catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(Conflict);
  });

  it('has the output of the tasks', async () => {
    const id = await create({ command: ['echo', 'hello'] });
    await taskOf(id, 'complete');
    const lines: string[] = [];
    for await (const { stream, text } of engine.serviceLogs(id, {})) lines.push(`${stream} ${text}`);
    expect(lines).to.deep.equal(['stdout hello']);
    const [task] = await engine.listTasks({ services: [id] });
    const own: string[] = [];
    for await (const { text } of engine.taskLogs(task?.id ?? '', { tail: 20 })) own.push(text);
    expect(own).to.deep.equal(['hello']);
    const none = engine.taskLogs('missing', {})[Symbol.asyncIterator]();
    expect(await none.next().catch((error: unknown) => error)).to.be.instanceOf(NotFound);
  });

  it('makes a network across its machines, which tasks have with names of their own', async () => {
    const network = { name: name(), subnet: '10.197.16.0/20', ipRange: '10.197.24.0/21', gateway: '10.197.16.1' };
    const { id } = await engine.createNetwork({ ...network, labels: subject.labels, driver: 'overlay' });
    expect(await engine.listNetworks(subject.labels)).to.deep.include({
      id,
      name: network.name,
      driver: 'overlay',
      subnets: [network.subnet],
      labels: subject.labels,
    });
    const aliases = ['web.unit', 'v1.web.unit'];
    const service = await create({ network: { mode: 'network', name: network.name, aliases, links: [] } });
    await taskOf(service, 'running');
    await engine.removeSwarmService(service);
    await eventually(() => engine.removeNetwork(id));
  });

  it('updates a service by its version, and refuses an older one', async () => {
    const id = await create();
    const version = (await engine.findSwarmService(id))?.version ?? 0;
    const own = (await engine.findSwarmService(id))?.name ?? '';
    const two = { ...onManager, mode: { replicated: 2 } } as const;
    await engine.updateSwarmService(id, version, own, config(), two);
    await eventually(async () => {
      expect((await engine.listTasks({ services: [id], desired: ['running'] })).length).to.equal(2);
    });
    const late: unknown = await engine.updateSwarmService(id, version, own, config(), two).catch((e: unknown) => e);
    expect(late).to.be.instanceOf(EngineError);
  });

  it('forgets the tasks of a service that was removed', async () => {
    const id = await create({ command: ['true'] });
    await taskOf(id, 'complete');
    await engine.removeSwarmService(id);
    expect(await engine.findSwarmService(id)).to.equal(undefined);
    for (const call of [() => engine.listTasks({ services: [id] }), () => engine.removeSwarmService(id)])
      expect(await call().catch((error: unknown) => error)).to.be.instanceOf(NotFound);
  });
}
