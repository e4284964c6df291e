import { expect } from 'chai';
import type { ProgressEvent } from '../../../../src/lib/events.ts';
import { OperationFailed } from '../../../../src/lib/errors.ts';
import { followDeployment } from '../../../../src/lib/server/client/follow-deployment.ts';
import type { EventAnswer } from '../../../../src/lib/event-stream.ts';
import { readEvents } from '../../../../src/lib/server/client/read-events.ts';
import { ServicesClient } from '../../../../src/lib/server/client/services-client.ts';
import { entered, type DeploymentState } from '../../../../src/lib/server/deploy/deployment.ts';
import { JobServer } from '../../../support/job-server.ts';
import { ListeningApp } from '../../../support/listening-app.ts';

describe('the client of services', () => {
  let server: JobServer;
  let app: ListeningApp;
  let client: ServicesClient;
  let stop: AbortController;
  beforeEach(async () => {
    server = new JobServer();
    app = await ListeningApp.open(server);
    stop = new AbortController();
    client = new ServicesClient(app, stop.signal);
    await client.create({ name: 'api', dockerRepository: 'demo/api' });
  });
  afterEach(async () => {
    stop.abort();
    await app.close();
    server.close();
  });

  const move = (id: string, state: DeploymentState, more: object = {}) =>
    server.serviceStore.changeDeployment(id, (each) => entered(each, state, server.now, more));

  it('creates, lists, shows, changes and removes services', async () => {
    expect((await client.list()).map(({ name }) => name)).to.deep.equal(['api']);
    expect((await client.set('api', { numInstances: 2, odd: 1 })).warnings).to.deep.equal(['unknown key "odd"']);
    expect(await client.show('api')).to.deep.nested.include({ 'config.numInstances': 2, running: null });
    await client.remove('api');
    expect(await client.list()).to.deep.equal([]);
    const error: unknown = await client.show('api').catch((cause: unknown) => cause);
    const message = `the server at ${app.url}: Service api is not in the service directory.`;
    expect(error).to.be.instanceOf(OperationFailed).with.property('message', message);
  });

  it('follows a deploy through its phases', async () => {
    const id = await client.deploy('api', 'demo/api:1', 1);
    const events: ProgressEvent[] = [];
    let next: readonly DeploymentState[] = ['pulling', 'starting', 'switching', 'done'];
    const progress = (event: ProgressEvent): void => {
      events.push(event);
      const [state, ...later] = next;
      next = later;
      if (state !== undefined) void move(id, state);
    };
    const deployment = await followDeployment(client, id, { wait: true, progress, signal: stop.signal });
    expect(deployment.state).to.equal('done');
    const texts = events.map((event) => (event.type === 'operation' ? `${event.state} ${event.text}` : event.type));
    expect(texts[0]).to.equal('begin');
    for (const text of ['done queued', 'done pulled', 'done started', 'done switched', 'end'])
      expect(texts).to.include(text);
    expect(texts.filter((text) => text.startsWith('failed'))).to.deep.equal([]);
  });

  it('fails as the deploy does, with the unit and its last lines', async () => {
    const id = await client.deploy('api', 'demo/api:1', 1);
    await move(id, 'failed', { error: 'it has ended', unit: 'api-1-1', node: 'w1', exitCode: 3, logs: ['no config'] });
    const options = { wait: true, progress: () => {}, signal: stop.signal };
    const error: unknown = await followDeployment(client, id, options).catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(OperationFailed).with.property('logs').that.deep.equals(['no config']);
    expect((error as Error).message).to.equal('api version 1: it has ended (api-1-1 on w1, exit code 3)');
  });

  it('goes back to an earlier version', async () => {
    await move(await client.deploy('api', 'demo/api:1', 1), 'done');
    const id = await client.rollback('api', 1);
    expect(await client.deployment(id)).to.include({ version: 2, state: 'queued' });
    expect((await client.deployments('api')).map(({ version }) => version)).to.deep.equal([2, 1]);
  });

  it('reads events, and after a break those that it has missed', async () => {
    const lost: string[] = [];
    const events = readEvents(client, stop.signal, (reason) => lost.push(reason));
    const first = events.next();
    // The first event that it gets is one after its connection.
    const timer = setInterval(() => app.events.emit('service.del', ['x\n\n']), 20);
    const { value } = (await first) as { readonly value: EventAnswer };
    clearInterval(timer);
    expect(value).to.deep.include({ event: 'service.del', args: ['x\n\n'] });
    stop.abort();
    const end: unknown = await events.next().catch((cause: unknown) => cause);
    expect(end).to.be.an('error').with.property('name', 'Interrupted');
  });
});
