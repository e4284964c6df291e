import { expect } from 'chai';
import { stopLimitMs } from '../../../src/lib/engine/containers.ts';
import { createDockerEngine } from '../../../src/lib/engine/docker-engine.ts';
import { connect } from '../../../src/lib/engine/connection/connect.ts';
import type { Engine } from '../../../src/lib/engine/engine.ts';
import { Conflict, EngineError, EngineUnreachable, NotFound, Forbidden } from '../../../src/lib/errors.ts';
import { serveEngine, type EngineServer, type Reply } from '../../support/engine-server.ts';
import { plainContainer } from '../../support/plain-container.ts';

async function engineAt(server: EngineServer): Promise<Engine> {
  const request = { environment: {}, platform: 'linux' as const, host: `unix://${server.socket}` };
  return createDockerEngine(await connect(request), request);
}

const row = (change: object): object => ({
  Id: 'c1',
  Names: ['/web-one'],
  Image: 'x',
  ImageID: 'sha256:1',
  Created: 1,
  State: 'running',
  Status: 'Up 1 second',
  Labels: null,
  Ports: [],
  NetworkSettings: { Networks: {} },
  ...change,
});
const refuse =
  (status: number): Reply =>
  (_request, response) => {
    response.writeHead(status).end(JSON.stringify({ message: 'because' }));
  };

describe('the limit of a stop', () => {
  it("is there whether the seconds are given or the container's own", () => {
    expect([stopLimitMs(undefined), stopLimitMs(0), stopLimitMs(30), stopLimitMs(3600)]).to.deep.equal([
      600_000, 120_000, 150_000, 3_720_000,
    ]);
  });
});

describe('messages about containers', () => {
  it('have their names, also where the engine says an id', async () => {
    const Id = 'ab'.repeat(32);
    const notRunning: Reply = (_request, response) => {
      response.writeHead(409).end(JSON.stringify({ message: `Container ${Id} is not running` }));
    };
    await using server = await serveEngine({
      '/containers/json': [row({ Id, Names: ['/shop-web-one'] })],
      [`/containers/${Id}/exec`]: notRunning,
    });
    const engine = await engineAt(server);
    await engine.listContainers({ all: true });
    const message = await engine.exec(Id, { command: ['true'] }, 1000).catch((error: unknown) => String(error));
    expect(message).to.contain('in shop-web-one: Container shop-web-one is not running').and.not.contain('abab');
  });
});

describe('rows of the container list', () => {
  const statuses = [
    ['Up 2 minutes', { health: 'none' }],
    ['Up 2 minutes (healthy)', { health: 'healthy' }],
    ['Up 2 minutes (unhealthy)', { health: 'unhealthy' }],
    ['Up 1 second (health: starting)', { health: 'starting' }],
    ['Exited (137) 3 days ago', { health: 'none', exitCode: 137 }],
    ['Restarting (2) 1 second ago', { health: 'none', exitCode: 2 }],
    ['Up 2 hours (Paused)', { health: 'none' }],
  ] as const;
  for (const [Status, expected] of statuses) {
    it(`understand "${Status}"`, async () => {
      await using server = await serveEngine({ '/containers/json': [row({ Status })] });
      const [found] = await (await engineAt(server)).listContainers({ all: true });
      expect(found).to.deep.include({ status: Status, ...expected });
      if (!('exitCode' in expected)) expect(found).to.not.have.property('exitCode');
    });
  }

  it('have the own name, not those that links gave', async () => {
    await using server = await serveEngine({ '/containers/json': [row({ Names: ['/other/alias', '/web-one'] })] });
    expect((await (await engineAt(server)).listContainers({ all: true }))[0]?.name).to.equal('web-one');
  });

  it('have each port once and sorted', async () => {
    const Ports = [
      { IP: '::', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
      { IP: '0.0.0.0', PrivatePort: 80, PublicPort: 8080, Type: 'tcp' },
      { IP: '127.0.0.1', PrivatePort: 80, PublicPort: 8081, Type: 'tcp' },
      { PrivatePort: 22, Type: 'tcp' },
    ];
    await using server = await serveEngine({ '/containers/json': [row({ Ports })] });
    expect((await (await engineAt(server)).listContainers({ all: true }))[0]?.ports).to.deep.equal([
      { container: 22, protocol: 'tcp' },
      { container: 80, protocol: 'tcp', host: 8080 },
      { container: 80, protocol: 'tcp', host: 8081, ip: '127.0.0.1' },
    ]);
  });

  it('take one request of the agreed version', async () => {
    await using server = await serveEngine({ '/containers/json': [] }, { 'Api-Version': '1.45' });
    await (await engineAt(server)).listContainers({ all: true, labels: { a: 'b', c: '' } });
    expect(server.requests.slice(1)).to.deep.equal([
      `GET /v1.45/containers/json?all=true&filters=${encodeURIComponent('{"label":["a=b","c"]}')}`,
    ]);
  });
});

describe('errors of the engine', () => {
  const kinds = [
    [404, NotFound, 'NOT_FOUND'],
    [409, Conflict, 'CONFLICT'],
    [500, EngineError, 'ENGINE_REFUSED'],
    [403, Forbidden, 'ENGINE_REFUSED'],
  ] as const;
  for (const [status, kind, code] of kinds) {
    it(`are ${code} for status ${String(status)}, with the step and the engine's words`, async () => {
      await using server = await serveEngine({ '/containers/web-one/start': refuse(status) });
      const error: unknown = await (await engineAt(server)).startContainer('web-one').catch((cause: unknown) => cause);
      expect(error).to.be.instanceOf(kind).and.include({ code, message: 'start container web-one: because' });
    });
  }

  it('are EngineUnreachable when the connection breaks', async () => {
    const hangUp: Reply = (request) => {
      request.socket.destroy();
    };
    await using server = await serveEngine({ '/containers/web-one/start': hangUp });
    const error: unknown = await (await engineAt(server)).startContainer('web-one').catch((cause: unknown) => cause);
    expect(error).to.be.instanceOf(EngineUnreachable);
  });

  it('are none for a list of services where there is no Swarm', async () => {
    await using server = await serveEngine({ '/services': refuse(503) });
    expect(await (await engineAt(server)).listSwarmServices()).to.deep.equal([]);
  });

  it('are reported when the engine ends the stream of events', async () => {
    const end: Reply = (_request, response) => {
      response.writeHead(200).end('{"Type":"container","Action":"die","Actor":{"ID":"c1"},"time":1}\n');
    };
    await using server = await serveEngine({ '/events': end });
    const actions: string[] = [];
    const error: unknown = await (async () => {
      for await (const event of (await engineAt(server)).events({}, new AbortController().signal))
        actions.push(event.action);
    })().catch((cause: unknown) => cause);
    expect(actions).to.deep.equal(['open', 'die']);
    expect(error).to.be.instanceOf(EngineUnreachable);
  });
});

describe('Swarm services', () => {
  it('are listed with their version, replicas, ports and image without digest', async () => {
    const service = {
      ID: 's1',
      Version: { Index: 7 },
      CreatedAt: '2026-01-31T14:00:00Z',
      ServiceStatus: { RunningTasks: 1, DesiredTasks: 2 },
      Endpoint: {
        Ports: [
          { Protocol: 'tcp', TargetPort: 80, PublishedPort: 8080, PublishMode: 'ingress' },
          { Protocol: 'udp', TargetPort: 53, PublishedPort: 5353, PublishMode: 'host' },
        ],
      },
      Spec: {
        Name: 'api',
        Labels: { a: 'b' },
        Mode: { Replicated: { Replicas: 2 } },
        TaskTemplate: { ContainerSpec: { Image: 'demo/api:1@sha256:abc' } },
      },
    };
    await using server = await serveEngine({ '/services': [service] });
    expect(await (await engineAt(server)).listSwarmServices()).to.deep.equal([
      {
        id: 's1',
        name: 'api',
        version: 7,
        mode: { replicated: 2 },
        replicas: 2,
        running: 1,
        image: 'demo/api:1',
        created: '2026-01-31T14:00:00Z',
        labels: { a: 'b' },
        published: [{ host: 8080, mode: 'ingress' }],
      },
    ]);
  });

  it('are updated by version', async () => {
    await using server = await serveEngine({ '/services/s1/update': {} });
    const config = plainContainer('x');
    await (
      await engineAt(server)
    ).updateSwarmService('s1', 7, 'api', config, {
      mode: { replicated: 1 },
      constraints: [],
      endpoint: 'vip',
    });
    expect(server.requests).to.include('POST /v1.41/services/s1/update?version=7');
  });
});
