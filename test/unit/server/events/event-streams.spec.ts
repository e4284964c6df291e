import { expect } from 'chai';
import { once } from 'node:events';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { WebSocket } from 'ws';
import { parseEvents, type EventAnswer } from '../../../../src/lib/event-stream.ts';
import { JobServer } from '../../../support/job-server.ts';
import { ListeningApp } from '../../../support/listening-app.ts';

describe('events over HTTP', () => {
  let server: JobServer;
  let app: ListeningApp;
  let open: { destroy(): void }[];
  beforeEach(async () => {
    server = new JobServer();
    app = await ListeningApp.open(server);
    open = [];
  });
  afterEach(async () => {
    for (const each of open) each.destroy();
    await app.close();
    server.close();
  });

  const bearer = { authorization: 'Bearer secret-token' };
  const get = async (headers: Record<string, string> = bearer, path = '/events') => {
    const request = httpRequest(new URL(path, app.url), { headers, agent: false }).end();
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    open.push(response.on('error', () => {}));
    return response;
  };
  const change = (method: string, path: string, body?: object) =>
    fetch(new URL(path, app.url), {
      method,
      headers: { ...bearer, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const take = async (events: AsyncGenerator<EventAnswer>, count: number) => {
    const taken: EventAnswer[] = [];
    while (taken.length < count) taken.push(((await events.next()) as { value: EventAnswer }).value);
    return taken;
  };
  const socket = (path = '/events', headers: Record<string, string> = bearer) => {
    const client = new WebSocket(new URL(path, app.url.replace('http', 'ws')), { headers });
    client.on('error', () => {});
    open.push({ destroy: () => client.terminate() });
    return client;
  };
  const refusalOf = async (client: WebSocket) => {
    const [, response] = (await once(client, 'unexpected-response')) as [unknown, IncomingMessage];
    return [response.statusCode, JSON.parse(await text(response)) as unknown] as const;
  };
  const service = { name: 'api', dockerRepository: 'demo/api' };

  it('are sent as Server-Sent Events, with what was changed', async () => {
    const response = await get();
    expect(response.headers['content-type']).to.equal('text/event-stream');
    const events = parseEvents(response);
    await change('POST', '/services', service);
    await change('PATCH', '/services/api/config', { numInstances: 2 });
    await change('POST', '/hooks/deploy', { serviceName: 'api', dockerRepository: 'demo/api', pushedAt: 1 });
    await change('DELETE', '/services/api');
    const taken = await take(events, 5);
    expect(taken.map(({ event }) => event)).to.deep.equal([
      'service.create',
      'service.modifyConfig',
      'deployment',
      'deployment',
      'service.del',
    ]);
    const [created, modified, queued, failed, deleted] = taken.map(({ args }) => args);
    expect(created).to.deep.equal([service]);
    expect(modified?.[0]).to.equal('api');
    expect(modified?.[1]).to.include({ numInstances: 2 });
    expect(queued?.[0]).to.include({ service: 'api', version: 1, state: 'queued' });
    expect(failed?.[0]).to.include({ state: 'failed', error: 'the service was deleted' });
    expect(deleted).to.deep.equal(['api']);
  });

  it('tell of jobs', async () => {
    const events = parseEvents(await get());
    await server.stop((await addJob()).id);
    const [stopped] = await take(events, 1);
    expect(stopped).to.deep.nested.include({ event: 'job', 'args[0].state': 'shutdown' });
  });
  const addJob = async () => {
    const answer = await change('POST', '/run', { image: 'dops-test/busybox', command: 'true' });
    return (await answer.json()) as { readonly id: string };
  };

  it('are not sent for changes that ask for silence', async () => {
    const events = parseEvents(await get());
    await change('POST', '/services?noEmit', service);
    await change('PATCH', '/services/api/config?noEmit=true', {});
    await change('DELETE', '/services/api?noEmit=1');
    await change('POST', '/services?noEmit=false', service);
    expect((await take(events, 1))[0]).to.deep.include({ event: 'service.create' });
  });

  it('that were missed come after Last-Event-ID, of the header or of the query', async () => {
    const events = parseEvents(await get());
    for (const name of ['one', 'two']) app.events.emit('service.del', [name]);
    const [first] = await take(events, 1);
    const id = first?.id ?? '';
    for (const response of [
      await get({ ...bearer, 'last-event-id': id }),
      await get(bearer, `/events?lastEventId=${id}`),
    ])
      expect((await take(parseEvents(response), 1))[0]?.args).to.deep.equal(['two']);
    const unknown = parseEvents(await get({ ...bearer, 'last-event-id': 'x' }));
    expect((await take(unknown, 1))[0]?.event).to.equal('reset');
  });

  it('need the token', async () => {
    expect((await get({})).statusCode).to.equal(401);
    expect((await get({}, '/events?token=secret-token')).statusCode).to.equal(200);
  });

  it('have a place for 100 clients, and one more when a client has gone', async () => {
    const clients = await Promise.all(Array.from({ length: 100 }, () => get()));
    expect((await get()).statusCode).to.equal(503);
    clients[0]?.destroy();
    for (let status = 503; status === 503;) status = (await get()).statusCode ?? 0;
  });

  it('are sent over WebSocket, with id, event and args', async () => {
    const client = socket();
    await once(client, 'open');
    app.events.emit('unit.add', [{ name: 'api-1-1' }]);
    const [data] = (await once(client, 'message')) as [Buffer];
    const message = JSON.parse(data.toString()) as Record<string, unknown>;
    expect(Object.keys(message)).to.deep.equal(['id', 'event', 'args']);
    expect(message).to.deep.include({ event: 'unit.add', args: [{ name: 'api-1-1' }] });
    app.events.emit('unit.remove', ['api-1-1']);
    const again = socket(`/events?lastEventId=${String(message['id'])}`);
    const [missed] = (await once(again, 'message')) as [Buffer];
    expect(missed.toString()).to.include('"args":["api-1-1"]');
  });

  it('are refused over WebSocket as over HTTP', async () => {
    const { host } = new URL(app.url);
    for (const [path, headers, status] of [
      ['/events', {}, 401],
      ['/events?token=wrong', {}, 401],
      ['/events', { ...bearer, origin: 'https://elsewhere.example' }, 403],
    ] as const) {
      const [code, body] = await refusalOf(socket(path, headers));
      expect(code, path).to.equal(status);
      expect(body).to.include({ statusCode: status });
    }
    await once(socket('/events', { ...bearer, origin: `http://${host}` }), 'open');
  });

  it('end with the server', async () => {
    const client = socket();
    await once(client, 'open');
    const response = await get();
    const closed = once(client, 'close');
    const ended = once(response.resume(), 'close');
    await app.close();
    expect((await closed)[0]).to.equal(1001);
    await ended;
    app = await ListeningApp.open(server);
  });

  it('do not keep a client from asking with an upgrade that the server does not know', async () => {
    const headers = { ...bearer, connection: 'upgrade', upgrade: 'h2c' };
    const response = await get(headers, '/services');
    expect([response.statusCode, await text(response)]).to.deep.equal([200, '{"doc":[]}']);
    const elsewhere = await get({ ...bearer, connection: 'upgrade', upgrade: 'websocket' }, '/services');
    expect(elsewhere.statusCode).to.equal(200);
  });
});
