import { expect } from 'chai';
import { setTimeout as delay } from 'node:timers/promises';
import { Readable } from 'node:stream';
import { whileAlive } from '../../../src/lib/engine/connection/alive.ts';
import { connect } from '../../../src/lib/engine/connection/connect.ts';
import { call } from '../../../src/lib/engine/connection/http.ts';
import { createDockerEngine } from '../../../src/lib/engine/docker-engine.ts';
import type { Engine } from '../../../src/lib/engine/engine.ts';
import { EngineError, EngineUnreachable, Interrupted } from '../../../src/lib/errors.ts';
import { serveEngine, type Reply } from '../../support/engine-server.ts';
import { plainContainer } from '../../support/plain-container.ts';

/** Everything that is asked of an engine, one call of each kind. */
const calls: Readonly<Record<string, (engine: Engine) => Promise<unknown>>> = {
  '/info': (engine) => engine.facts(),
  '/containers/json': (engine) => engine.listContainers({ all: true }),
  '/containers/x/json': (engine) => engine.inspectContainer('x'),
  '/networks': (engine) => engine.listNetworks(),
  '/volumes': (engine) => engine.listVolumes(),
  '/images/json': (engine) => engine.listImages(),
  '/images/x/json': (engine) => engine.findImage('x'),
  '/images/x/history': (engine) => engine.imageHistory('x'),
  '/services': (engine) => engine.listSwarmServices(),
  '/services/x': (engine) => engine.findSwarmService('x'),
  '/nodes': (engine) => engine.listNodes(),
  '/tasks': (engine) => engine.listTasks({}),
  '/containers/create': (engine) => engine.createContainer('x', plainContainer('x', { network: { mode: 'none' } })),
  '/containers/x/wait': (engine) => engine.waitContainer('x'),
  '/networks/create': (engine) =>
    engine.createNetwork({
      name: 'x',
      subnet: '10.0.0.0/24',
      ipRange: '10.0.0.128/25',
      gateway: '10.0.0.1',
      labels: {},
    }),
  '/containers/x/exec': (engine) => engine.exec('x', { command: ['true'] }, 5000),
  '/images/create': (engine) => engine.pullImage('x', { onLine: () => {} }),
  '/images/load': (engine) => engine.loadImages(Readable.from([Buffer.from('x')]), () => {}),
  '/events': (engine) => all(engine.events({}, new AbortController().signal)),
  '/containers/x/logs': (engine) => all(engine.logs('x', {})),
};

async function all(items: AsyncIterable<unknown>): Promise<unknown> {
  const found: unknown[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const send =
  (body: string, type = 'application/json'): Reply =>
  (_request, response) => {
    response.writeHead(200, { 'Content-Type': type }).end(body);
  };

const answers: Readonly<Record<string, Reply>> = {
  'a web page': send('<html>please log in</html>', 'text/html'),
  'half a document': send('[{"Id":"abc","Na'),
  'a text': send('"fine"'),
  'a number': send('42'),
  null: send('null'),
  'a list of null': send('[null]'),
  'objects with members of a wrong kind': send('[{"Id":{},"Names":7,"Labels":[],"State":[],"Config":null}]'),
  'a list in a list': send('[[]]'),
  'nothing at all': send(''),
  'an answer that breaks off': (_request, response) => {
    response.writeHead(200, { 'Content-Length': '1000' }).write('[{', () => response.destroy());
  },
};

async function outcomeOf(path: string, reply: Reply): Promise<{ readonly outcome: unknown; readonly address: string }> {
  await using server = await serveEngine({ [path]: reply });
  const address = `unix://${server.socket}`;
  const request = { environment: {}, platform: 'linux' as const, host: address };
  const engine = createDockerEngine(await connect(request), request);
  return { outcome: await calls[path]?.(engine).catch((error: unknown) => error), address };
}

describe('an engine that answers nonsense', () => {
  for (const [path, what] of Object.keys(calls).flatMap((path) =>
    Object.keys(answers).map((what) => [path, what] as const),
  ))
    it(`is told by its address: ${what} at ${path}`, async () => {
      const reply = answers[what];
      if (reply === undefined) throw new TypeError(what);
      const { outcome, address } = await outcomeOf(path, reply);
      // A stream may end without a document, a log is read only after a good inspection.
      if (what === 'nothing at all' && ['/images/load', '/images/create'].includes(path)) return;
      expect(outcome).to.be.instanceOf(EngineError);
      if (path !== '/containers/x/logs') expect((outcome as Error).message).to.include(address);
      expect((outcome as Error).message).to.not.include('<html>');
      expect((outcome as Error).message.split('\n')).to.have.length(1);
    });

  it('is told by its address when it fails at reading, and its web page is not shown', async () => {
    for (const body of ['', '<html>502 Bad Gateway</html>', '{"message":"boom"}', 'null', '[1]']) {
      const { outcome, address } = await outcomeOf('/containers/json', (_request, response) => {
        response.writeHead(500).end(body);
      });
      expect(outcome).to.be.instanceOf(EngineError);
      expect((outcome as Error).message)
        .to.include(address)
        .and.not.include('<html>');
    }
  });

  it('does not fill the memory with an answer without end', async () => {
    const { outcome, address } = await outcomeOf('/containers/json', (_request, response) => {
      const chunk = Buffer.alloc(2 ** 20, ' ');
      const more = (): void => {
        while (!response.destroyed && response.write(chunk));
      };
      response.writeHead(200).on('drain', more);
      more();
    });
    expect(outcome).to.be.instanceOf(EngineError);
    expect((outcome as Error).message)
      .to.include(address)
      .and.include('no end');
  });
});

describe('an engine that is silent', () => {
  const silent: Reply = () => {};

  it('is given up when it answers no ping either', async () => {
    await using server = await serveEngine({});
    const connection = await connect({ environment: {}, platform: 'linux', host: `unix://${server.socket}` });
    server.mute();
    const abandoned: Error[] = [];
    const never = Promise.withResolvers<never>().promise;
    const error: unknown = await whileAlive(connection, never, (why) => abandoned.push(why), 20).catch(
      (cause: unknown) => cause,
    );
    expect(error).to.be.instanceOf(EngineUnreachable);
    expect((error as Error).message).to.include(server.socket);
    expect(abandoned).to.deep.equal([error]);
  });

  it('is waited for while it answers pings', async () => {
    await using server = await serveEngine({});
    const connection = await connect({ environment: {}, platform: 'linux', host: `unix://${server.socket}` });
    expect(await whileAlive(connection, delay(200, 'done'), () => {}, 20)).to.equal('done');
    expect(server.requests.length).to.be.greaterThan(1);
  });

  it('is left at once when the command is interrupted, until something was changed', async () => {
    await using server = await serveEngine({ '/info': silent, '/containers/x': {} });
    const controller = new AbortController();
    const request = { environment: {}, platform: 'linux' as const, host: `unix://${server.socket}` };
    const connection = await connect({ ...request, signal: controller.signal });
    const reading = createDockerEngine(connection, request)
      .facts()
      .catch((error: unknown) => error);
    controller.abort();
    expect(await reading).to.be.instanceOf(Interrupted);
    await call(connection, { step: 'remove', method: 'DELETE', path: '/containers/x' });
    expect(await createDockerEngine(connection, request).findImage('x')).to.equal(undefined);
  });
});
