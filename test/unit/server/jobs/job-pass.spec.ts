import { expect } from 'chai';
import { EngineUnreachable } from '../../../../src/lib/errors.ts';
import { jobRequest, JobServer } from '../../../support/job-server.ts';

describe('a pass over the jobs', () => {
  let server: JobServer;
  beforeEach(() => {
    server = new JobServer();
  });
  afterEach(() => {
    server.close();
  });
  const labels = (): unknown => server.engine.cluster.list()[0]?.labels;

  it('runs a job as a service that carries the name of its server, and records its start and its end', async () => {
    await server.add('j1', jobRequest('work', ['sleep', '50']));
    expect(await server.runPass()).to.deep.equal({ againMs: 100 });
    expect(labels()).to.include({ 'dockerops.server': 'test', 'dockerops.job': 'j1.1.1' });
    await server.runPass();
    expect(server.run('j1')).to.include({ state: 'started', status: 'started', node: 'worker-1' });
    server.now += 5000;
    server.engine.cluster.now = server.now / 1000;
    server.engine.cluster.endTask('work', 0);
    await server.runPass();
    const end = { state: 'complete', status: 'finished', exitCode: 0, finishedAt: server.now };
    expect(server.run('j1')).to.include(end);
    expect(server.services()).to.deep.equal(['work']);
  });

  it('reserves the memory, limits it, and starts without the health check of the image', async () => {
    const change = { labels: { own: '1' }, constraints: ['node.role!=manager'] };
    await server.add('j1', jobRequest('work', ['sleep', '50'], change));
    await server.runPass();
    const [service] = [...server.engine.cluster.services.values()];
    expect(service?.placement).to.deep.include({
      constraints: ['node.role==worker', 'node.role!=manager'],
      endpoint: 'dnsrr',
      reservedMemoryBytes: 250 * 2 ** 20,
      containerLabels: { own: '1' },
    });
    expect(service?.config.runtime).to.include({ memoryBytes: 250 * 2 ** 20, stopSignal: 'SIGINT', restart: 'no' });
    expect(service?.config.healthcheck).to.deep.equal({ test: ['NONE'] });
    expect(service?.config.labels).to.include({ own: '1' });
  });

  it('lets only some jobs start at the same time, in the order in which they came', async () => {
    for (let index = 0; index < 40; index += 1) {
      server.now += 1;
      await server.add(`j${String(index)}`, jobRequest(`job-${String(index)}`, ['true']));
    }
    const counts: number[] = [];
    for (let pass = 0; pass < 3; pass += 1) {
      await server.runPass();
      counts.push(server.services().length);
    }
    expect(counts).to.deep.equal([16, 32, 40]);
    expect(server.services()[15]).to.equal('job-15');
  });

  it('lets others start beside jobs that wait for a node', async () => {
    for (let index = 0; index < 20; index += 1)
      await server.add(`w${String(index)}`, jobRequest(`waits-${String(index)}`, ['true'], { memoryBytes: 2 ** 50 }));
    await server.runPass();
    await server.runPass();
    await server.add('j1', jobRequest('work', ['true']));
    await server.runPass();
    expect(server.services()).to.include('work');
  });

  it('says why a job waits, and starts it when a node is there', async () => {
    server.engine.cluster.nodes.delete('node-worker-1');
    await server.add('j1', jobRequest('work', ['sleep', '50']));
    await server.runPass();
    await server.runPass();
    expect(server.run('j1')?.error).to.match(/^no suitable node .*: the Swarm has no worker; let one join/);
    server.engine.cluster.addNode('worker-2');
    await server.runPass();
    expect(server.run('j1')).to.include({ state: 'started', node: 'worker-2' }).and.not.have.property('error');
  });

  it('records how a job failed: its exit code, or what the node said', async () => {
    await server.add('j1', jobRequest('bad', ['false']));
    await server.add('j2', jobRequest('missing', ['true'], { image: 'nobody/has:1' }));
    await server.runPass();
    await server.runPass();
    expect(server.run('j1')).to.include({ state: 'failed', exitCode: 1, error: 'task: non-zero exit (1)' });
    expect(server.run('j2')).to.include({ state: 'failed', error: 'No such image: nobody/has:1' });
  });

  it('fails a job whose node goes down, and one whose service somebody removed', async () => {
    await server.add('j1', jobRequest('one', ['sleep', '50']));
    await server.add('j2', jobRequest('two', ['sleep', '50']));
    await server.runPass();
    await server.runPass();
    server.engine.cluster.remove('two');
    server.engine.cluster.loseNode('node-worker-1');
    await server.runPass();
    expect(server.run('j1')?.error).to.equal('node worker-1 went down while the job was there');
    expect(server.run('j2')?.error).to.equal('its Swarm service was removed before it had ended');
  });

  it('removes the service of a job that was stopped, and keeps its status', async () => {
    await server.add('j1', jobRequest('work', ['sleep', '50']));
    await server.runPass();
    await server.stop('j1');
    await server.runPass();
    expect(server.services()).to.deep.equal([]);
    expect(server.run('j1')).to.include({ state: 'shutdown', isGone: true });
    expect(server.store.isNameTaken('work')).to.equal(false);
  });

  it('never creates the service of a job that was stopped before', async () => {
    await server.add('j1', jobRequest('work', ['sleep', '50']));
    await server.stop('j1');
    await server.runPass();
    expect(server.engine.calls.filter(({ method }) => method === 'createSwarmService')).to.deep.equal([]);
    expect(server.run('j1')).to.include({ state: 'shutdown', isGone: true });
  });

  it('ends a job that takes longer than it may', async () => {
    await server.add('j1', jobRequest('work', ['sleep', '50'], { timeoutSeconds: 10 }));
    await server.runPass();
    await server.runPass();
    server.now += 10_000;
    await server.runPass();
    expect(server.run('j1')).to.include({ state: 'failed', error: 'it took longer than 10 s' });
    expect(server.services()).to.deep.equal([]);
  });

  it('tries a failed run again after a pause, as often as it was asked', async () => {
    await server.add('j1', jobRequest('bad', ['false'], { retries: 1 }));
    await server.runPass();
    await server.runPass();
    expect(server.run('j1')).to.include({ state: 'pending', attempt: 2 });
    expect(server.run('j1')?.error).to.match(/^attempt 1 of 2 failed \(task: non-zero exit \(1\)\)/);
    expect(server.services()).to.deep.equal([]);
    server.now += 5000;
    await server.runPass();
    expect(labels()).to.include({ 'dockerops.job': 'j1.1.2' });
    await server.runPass();
    expect(server.run('j1')).to.include({ state: 'failed', attempt: 2, exitCode: 1 });
  });

  it('keeps what has ended for a day, then removes its service, and then forgets it', async () => {
    await server.add('j1', jobRequest('work', ['true']));
    await server.runPass();
    await server.runPass();
    server.now += 86_399_000;
    await server.runPass();
    expect(server.services()).to.deep.equal(['work']);
    server.now += 1000;
    await server.runPass();
    expect(server.services()).to.deep.equal([]);
    await server.runPass();
    expect(server.store.find('j1')).to.equal(undefined);
  });

  it('finds the service that it had created before it was killed', async () => {
    await server.add('j1', jobRequest('work', ['sleep', '50']));
    await server.runPass();
    const [run] = server.store.runsOf('j1', 1);
    const { serviceId: _id, ...before } = run!;
    await server.store.save([before]);
    server.restart();
    await server.runPass();
    expect(server.run('j1')?.serviceId).to.equal(run?.serviceId);
    expect(server.services()).to.have.length(1);
  });

  it('does not create a second service when the answer to the first was lost', async () => {
    await server.add('j1', jobRequest('work', ['sleep', '50']));
    const { cluster } = server.engine;
    const create = cluster.create.bind(cluster);
    cluster.create = (...words) => {
      create(...words);
      cluster.create = create;
      throw new EngineUnreachable('create: socket hang up', { code: 'ENGINE_UNREACHABLE' });
    };
    expect(await server.runPass().catch((error: unknown) => error)).to.be.instanceOf(EngineUnreachable);
    await server.runPass();
    expect(server.run('j1')?.serviceId).to.be.a('string');
    expect(server.services()).to.have.length(1);
  });

  it('fails a job whose name a service of somebody else has', async () => {
    server.engine.cluster.create(
      'work',
      { ...server.engine.cluster, image: 'x', labels: {}, environment: [], ports: [] } as never,
      { mode: { replicated: 0 }, constraints: [], endpoint: 'vip' },
    );
    await server.add('j1', jobRequest('work', ['true']));
    await server.runPass();
    await server.runPass();
    expect(server.run('j1')?.error).to.equal(
      'the Swarm service name work is in use by a service that this server did not make',
    );
    expect(server.services()).to.deep.equal(['work']);
  });

  it('fails a job that the Swarm refuses three times', async () => {
    await server.add('j1', jobRequest('work', ['true']));
    for (let attempt = 0; attempt < 3; attempt += 1) {
      server.engine.failNext('createSwarmService');
      await server.runPass();
    }
    expect(server.run('j1')).to.include({ state: 'failed', error: 'injected fault' });
  });

  it('starts a run when its schedule is due, and one for all times that it missed', async () => {
    const schedule = { pattern: '0 * * * *', timezone: 'UTC' };
    await server.add('j1', jobRequest('work', ['true'], { schedule }), { dueAt: server.now });
    server.now += 5 * 3_600_000;
    await server.runPass();
    await server.runPass();
    expect(server.store.runsOf('j1', 10).map(({ service, state }) => [service, state])).to.deep.equal([
      ['work-1', 'complete'],
    ]);
    const due = server.store.find('j1')?.job.dueAt ?? 0;
    expect(due % 3_600_000).to.equal(0);
    expect(due - server.now).to.be.within(1, 3_600_000);
  });

  it('leaves out a number of a schedule whose service name another job has', async () => {
    const schedule = { pattern: '0 * * * *', timezone: 'UTC' };
    await server.add('other', jobRequest('work-1', ['sleep', '50']));
    await server.add('j1', jobRequest('work', ['true'], { schedule }), { dueAt: server.now });
    await server.runPass();
    expect(server.run('j1')).to.include({ number: 2, service: 'work-2' });
    expect(server.services()).to.have.members(['work-1', 'work-2']);
  });

  it('starts other jobs when the run of one schedule cannot be recorded', async () => {
    const schedule = { pattern: '0 * * * *', timezone: 'UTC' };
    await server.add('j1', jobRequest('work', ['true'], { schedule }), { dueAt: server.now });
    await server.add('j2', jobRequest('other', ['true']));
    server.store.isNameTaken = () => {
      throw new Error('constraint failed');
    };
    await server.runPass();
    expect(server.services()).to.deep.equal(['other']);
    expect(server.store.find('j1')?.job.dueAt).to.equal(server.now + 60_000);
    expect(server.warnings).to.deep.equal(['work: its schedule could not start a run: constraint failed']);
  });

  for (const [concurrency, count] of [
    ['forbid', 1],
    ['allow', 2],
  ] as const)
    it(`has ${String(count)} at once when a run is due during another, with concurrency ${concurrency}`, async () => {
      const schedule = { pattern: '* * * * *', timezone: 'UTC' };
      await server.add('j1', jobRequest('work', ['sleep', '50'], { schedule, concurrency }), { dueAt: server.now });
      await server.runPass();
      server.now += 60_000;
      await server.runPass();
      expect(server.services()).to.have.length(count);
    });

  it('starts no run during another when there are too many unfinished jobs, also with concurrency allow', async () => {
    const schedule = { pattern: '* * * * *', timezone: 'UTC' };
    const request = jobRequest('work', ['sleep', '50'], { schedule, concurrency: 'allow' });
    await server.add('j1', request, { dueAt: server.now });
    await server.runPass();
    server.store.countUnfinished = () => 1000;
    server.now += 60_000;
    await server.runPass();
    expect(server.services()).to.deep.equal(['work-1']);
    expect(server.store.find('j1')?.job.dueAt).to.be.above(server.now);
  });

  it('forgets the login when the task runs', async () => {
    const login = { username: 'ann', password: 'x', serveraddress: 'r' };
    const job = { id: 'j1', request: jobRequest('work', ['sleep', '50']), createdAt: server.now };
    await server.store.add({ job, login });
    await server.runPass();
    expect([...server.engine.cluster.services.values()][0]?.login).to.deep.equal(login);
    expect(server.store.login('j1')).to.deep.equal(login);
    await server.runPass();
    expect(server.store.login('j1')).to.equal(undefined);
  });
});
