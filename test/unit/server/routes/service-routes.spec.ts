import { expect } from 'chai';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import type { ServiceStore } from '../../../../src/lib/server/store/service-store.ts';
import { askApp, type AppAnswer } from '../../../support/ask-app.ts';
import { JobServer } from '../../../support/job-server.ts';
import { openTestApp } from '../../../support/test-app.ts';

const usual = { publicFacing: false, numInstances: 1, ports: [], env: {}, volume: {} };
const whole = {
  name: 'my-service',
  description: 'Test service',
  dockerRepository: 'lukebond/my-service',
  publicFacing: true,
  ports: [{ container: 9000, host: 80 }],
  env: { suchKey: 'veryValue' },
  numInstances: 1,
};

function withoutNames({ name: _name, description: _description, dockerRepository: _image, ...config }: typeof whole) {
  return config;
}

/** A store whose writes fail until it is restored. */
function failing(store: ServiceStore, error: Error) {
  const names = ['create', 'patch', 'remove', 'deploy'] as const;
  for (const name of names)
    Object.defineProperty(store, name, { value: () => Promise.reject(error), configurable: true });
  const restore = (): void => {
    for (const name of names) Reflect.deleteProperty(store, name);
  };
  return { store, restore };
}

describe('the service directory', () => {
  let server: JobServer;
  let app: FastifyInstance;
  let log: string[];
  before(async () => {
    server = new JobServer();
    log = [];
    app = await openTestApp(server, { log });
  });
  afterEach(async () => {
    for (const { name } of server.serviceStore.services()) {
      await server.serviceStore.remove(name, server.now);
      await server.serviceStore.removed(name);
    }
  });
  after(async () => {
    await app.close();
    server.close();
  });

  type Ask = [method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT', url: string, body?: unknown];
  const ask = (...[method, url, body]: Ask) => askApp(app, method, url, body);
  const create = (change: object = {}) => ask('POST', '/services', { ...whole, ...change });
  const deploy = (dockerRepository = 'lukebond/my-service') =>
    ask('POST', '/hooks/deploy', { serviceName: 'my-service', dockerRepository, pushedAt: 1 });

  const pathsIn = ({ json }: Pick<AppAnswer, 'json'>) =>
    (json['errors'] as readonly { readonly path: string }[]).map(({ path }) => path);

  it('answers a long journal and a long list in pieces, with the same type and text', async () => {
    const env = { LARGE: 'x'.repeat(90_000) };
    await create({ env });
    for (let count = 0; count < 5; count += 1) await deploy();
    const journal = await ask('GET', '/journal?limit=5');
    expect(journal.headers).to.include({ 'content-type': 'application/json' }).and.not.have.property('content-length');
    const entries = journal.json as unknown as readonly Record<string, unknown>[];
    expect(entries.map(({ version }) => version)).to.deep.equal(['1', '2', '3', '4', '5']);
    expect(entries[4]).to.deep.include({
      config: { ...usual, ...withoutNames(whole), env, image: 'lukebond/my-service' },
    });
    expect(journal.text).to.equal(JSON.stringify(entries));
    for (const path of ['/services/my-service/config/history', '/services', '/deployments']) {
      const { headers, json, text } = await ask('GET', path);
      expect(headers['content-type']).to.equal('application/json');
      expect(text).to.equal(JSON.stringify(json));
    }
  });

  it('answers with the service that was made, its keys in order', async () => {
    const { status, text, headers } = await create();
    expect(status).to.equal(201);
    expect(headers['content-type']).to.equal('application/json');
    const config =
      '{"publicFacing":true,"numInstances":1,"ports":[{"container":9000,"host":80}],"env":{"suchKey":"veryValue"},' +
      '"volume":{}}';
    expect(text).to.equal(
      '{"doc":{"name":"my-service","description":"Test service","dockerRepository":"lukebond/my-service",' +
        `"config":${config}}}`,
    );
    expect((await ask('GET', '/services/my-service/config')).text).to.equal(`{"doc":${config}}`);
  });

  it('fills a configuration up, and puts further keys behind', async () => {
    const { text } = await ask('POST', '/services', {
      user: 'core',
      name: 'api',
      dockerRepository: 'a/b',
      conflictsWith: 'x-*',
      env: { A: 1 },
    });
    expect(text).to.equal(
      '{"doc":{"name":"api","dockerRepository":"a/b","config":{"publicFacing":false,"numInstances":1,"ports":[],' +
        '"env":{"A":1},"volume":{},"user":"core","conflictsWith":"x-*"}}}',
    );
  });

  it('takes the repository as dockerImage, and an empty description', async () => {
    const { json } = await ask('POST', '/services', { name: 'api', dockerImage: 'a/b', description: '' });
    expect(json['doc']).to.deep.equal({ name: 'api', description: '', dockerRepository: 'a/b', config: usual });
  });

  it('takes numbers and booleans in quotes, and 0 and null as no port of the host', async () => {
    const ports = [
      { container: '9000', host: '0' },
      { container: 80, host: null },
      { container: 1, host: '65535' },
    ];
    const { json } = await create({ publicFacing: 'true', numInstances: '3', ports, env: { PORT: '80' } });
    expect((json['doc'] as Record<string, unknown>)['config']).to.deep.equal({
      ...usual,
      publicFacing: true,
      numInstances: 3,
      ports: [{ container: 9000 }, { container: 80 }, { container: 1, host: 65_535 }],
      env: { PORT: '80' },
    });
  });

  for (const dockerRepository of [
    'redis',
    'lukebond/my-service:0.0.1',
    'localhost:5000/a/b_c--d:v1.2-x',
    `r.example.org/a@sha256:${'0f'.repeat(32)}`,
    `a/b:1@sha256:${'0f'.repeat(32)}`,
  ])
    it(`takes the image ${dockerRepository}`, async () => {
      expect((await create({ dockerRepository })).status).to.equal(201);
    });

  it('takes checks as a command, as a list, and as an object', async () => {
    for (const healthcheck of [
      'true',
      ['CMD', 'true'],
      ['NONE'],
      [],
      { test: ['CMD-SHELL', 'true'], interval: '1s' },
    ]) {
      await create();
      const { status, json } = await ask('PATCH', '/services/my-service/config', { healthcheck });
      expect(status).to.equal(200);
      expect(json['doc']).to.have.property('healthcheck').that.deep.equals(healthcheck);
    }
  });

  it('takes times of a check without a unit as seconds, also in quotes', async () => {
    await create();
    const healthcheck = { test: 'true', interval: '30', timeout: '0.5', start_period: '24h' };
    const { status, json } = await ask('PATCH', '/services/my-service/config', { healthcheck });
    expect(status).to.equal(200);
    const taken = { ...healthcheck, interval: 30, timeout: 0.5 };
    expect(json['doc']).to.have.property('healthcheck').that.deep.equals(taken);
  });

  for (const [change, path] of [
    [{ volume: { a: '/data', b: '/data' } }, '/volume/b'],
    [{ ports: [80, 81].map((container) => ({ container, host: 8080 })) }, '/ports/1/host'],
  ] as const)
    it(`refuses a change with one place for two at ${path}`, async () => {
      await create();
      const refused = await ask('PATCH', '/services/my-service/config', change);
      expect([refused.status, pathsIn(refused)]).to.deep.equal([400, [path]]);
    });

  it('takes ports without one of the host, however many', async () => {
    const ports = [{ container: 80, host: 0 }, { container: 81, host: null }, { container: 82 }];
    expect((await create({ ports })).status).to.equal(201);
  });

  it('lets no configuration grow without bounds', async () => {
    await create();
    const patch = (key: string) => ask('PATCH', '/services/my-service/config', { [key]: 'x'.repeat(600_000) });
    expect((await patch('a')).status).to.equal(200);
    const { status, json } = await patch('b');
    expect([status, json['message']]).to.deep.equal([413, 'the configuration would be larger than 1 MiB']);
    expect((await ask('GET', '/services/my-service/config')).json['doc']).not.to.have.property('b');
  });

  it('keeps keys that it does not know, and names them', async () => {
    const { json } = await create({ numInstanzes: 3, ports: [{ container: 80, protocol: 'tcp' }] });
    expect(json['warnings']).to.deep.equal(['unknown key "numInstanzes"', 'unknown key "ports/0/protocol"']);
    expect(json['doc']).to.deep.nested.include({ 'config.numInstanzes': 3, 'config.ports[0].protocol': 'tcp' });
    const change = { other: [1], healthcheck: { test: 'true', startPeriod: '5s' } };
    const patched = await ask('PATCH', '/services/my-service/config', change);
    expect(patched.json['warnings']).to.deep.equal(['unknown key "other"', 'unknown key "healthcheck/startPeriod"']);
    expect(patched.json['doc']).to.deep.include({ other: [1], numInstanzes: 3 });
  });

  it('keeps and returns no token of a body', async () => {
    const body = { ...whole, token: 'secret-token' };
    const headers = { host: 'localhost', 'content-type': 'application/json' };
    const answer = await app.inject({ method: 'POST', url: '/services', headers, payload: body });
    expect(answer.statusCode).to.equal(201);
    expect(answer.body).not.to.include('token');
    expect(JSON.stringify(server.serviceStore.services())).not.to.include('token');
  });

  it('has a name once', async () => {
    await create();
    const { status, json } = await create();
    expect([status, json['message']]).to.deep.equal([
      400,
      'Error putting resource: a service by that name already exists',
    ]);
  });

  for (const [change, path] of [
    [{ name: undefined }, '/name'],
    [{ name: 'ab' }, '/name'],
    [{ name: 'a'.repeat(41) }, '/name'],
    [{ name: '-abc' }, '/name'],
    [{ name: 'a.bc' }, '/name'],
    [{ name: 12_345 }, '/name'],
    [{ dockerRepository: undefined }, '/dockerRepository'],
    [{ dockerRepository: '' }, '/dockerRepository'],
    [{ dockerRepository: 'a b' }, '/dockerRepository'],
    [{ dockerRepository: 'a/b:1:2' }, '/dockerRepository'],
    [{ dockerRepository: 'a//b' }, '/dockerRepository'],
    [{ dockerRepository: 'a/b@' }, '/dockerRepository'],
    [{ description: null }, '/description'],
    [{ publicFacing: 'yes' }, '/publicFacing'],
    [{ publicFacing: 1 }, '/publicFacing'],
    [{ numInstances: 0 }, '/numInstances'],
    [{ numInstances: 1001 }, '/numInstances'],
    [{ numInstances: 1.5 }, '/numInstances'],
    [{ numInstances: true }, '/numInstances'],
    [{ numInstances: null }, '/numInstances'],
    [{ ports: {} }, '/ports'],
    [{ ports: [{ host: 80 }] }, '/ports/0/container'],
    [{ ports: [{ container: 0 }] }, '/ports/0/container'],
    [{ ports: [{ container: 80 }, { container: 65_536 }] }, '/ports/1/container'],
    [{ ports: [{ container: 80, host: -1 }] }, '/ports/0/host'],
    [{ ports: [{ container: 80, host: 65_536 }] }, '/ports/0/host'],
    [{ ports: [{ container: 80, host: 8080 }, { container: 90 }, { container: 81, host: '8080' }] }, '/ports/2/host'],
    [{ env: { A: null } }, '/env/A'],
    [{ env: { 'A-B': '' } }, '/env'],
    [{ env: [] }, '/env'],
    [{ env: { A: 'a\0b' } }, '/env/A'],
    [{ volume: { '/a\0': '/b' } }, '/volume'],
    [{ volume: { '/a': '/b\0' } }, '/volume/~1a'],
    [{ volume: { '/a': 'b' } }, '/volume/~1a'],
    [{ volume: { '/a': '/b:rw' } }, '/volume/~1a'],
    [{ volume: { '../a': '/b' } }, '/volume'],
    [{ autoDeploy: 'sometimes' }, '/autoDeploy'],
    [{ conflictsWith: 'a b' }, '/conflictsWith'],
    [{ healthcheck: 5 }, '/healthcheck'],
    [{ healthcheck: { test: 'true', interval: 'soon' } }, '/healthcheck/interval'],
    [{ healthcheck: ['curl', 'localhost'] }, '/healthcheck'],
    [{ healthcheck: { test: ['curl', 'localhost'] } }, '/healthcheck/test'],
    [{ healthcheck: ['CMD'] }, '/healthcheck'],
    [{ healthcheck: { interval: '24h1s' } }, '/healthcheck/interval'],
    [{ healthcheck: { timeout: 86_401 } }, '/healthcheck/timeout'],
    [{ healthcheck: { start_period: '86401' } }, '/healthcheck/start_period'],
    [{ healthcheck: { interval: '999us' } }, '/healthcheck/interval'],
    [{ healthcheck: { interval: '-1' } }, '/healthcheck/interval'],
    [{ volume: { '/a': '/data', b: '/data:ro' } }, '/volume/b'],
    [{ volume: { b: '/data', '/a~b': '/x/../data/' } }, '/volume/~1a~0b'],
    [{ volume: { b: '/' } }, '/volume/b'],
    [{ healthcheck: 'true\0' }, '/healthcheck'],
  ] as const)
    it(`refuses ${JSON.stringify(change)}`, async () => {
      const { status, json } = await create(change);
      expect([status, json['statusCode']]).to.deep.equal([400, 400]);
      expect((json['errors'] as readonly object[])[0]).to.include({ path });
      expect(json['message']).to.match(/./);
      expect(server.serviceStore.services()).to.deep.equal([]);
    });

  it('names everything that is wrong, in the form of the API', async () => {
    const { json, headers } = await create({ name: 'a', ports: [{ container: 0 }] });
    expect(Object.keys(json)).to.deep.equal(['statusCode', 'message', 'errors', 'uuid']);
    expect(pathsIn({ json })).to.include.members(['/name', '/ports/0/container']);
    expect(json['uuid']).to.equal(headers['x-api-uuid']);
  });

  it('lists by name, and finds the service made last with a repository', async () => {
    for (const name of ['web', 'api', 'old']) await create({ name });
    const names = ((await ask('GET', '/services')).json['doc'] as readonly { name: string }[]).map(({ name }) => name);
    expect(names).to.deep.equal(['api', 'old', 'web']);
    const found = await ask('GET', `/services?dockerRepository=${encodeURIComponent('lukebond/my-service')}`);
    expect([found.status, (found.json['doc'] as { name: string }).name]).to.deep.equal([200, 'old']);
    expect((await ask('GET', '/services?dockerRepository=nobody')).status).to.equal(404);
    expect((await ask('GET', '/services?dockerRepository=')).json['doc']).to.have.length(3);
  });

  it('tells when a service was changed, and which version runs', async () => {
    await create();
    const get = async () => (await ask('GET', '/services/my-service')).json['doc'] as Record<string, unknown>;
    const keys = ['name', 'description', 'dockerRepository', 'config', 'running', 'lastModifiedTime'];
    expect(Object.keys(await get())).to.deep.equal(keys);
    expect(await get()).to.include({ running: null, lastModifiedTime: server.now });
    server.now += 5;
    await ask('PATCH', '/services/my-service/config/next', { numInstances: 2 });
    expect(await get()).to.deep.nested.include({ 'config.numInstances': 2, lastModifiedTime: server.now });
    await deploy();
    const [open] = server.serviceStore.openDeployments();
    await server.serviceStore.changeDeployment(open?.id ?? '', (each) => ({ ...each, state: 'done' }));
    expect(await get()).to.include({ running: 1 });
  });

  it('changes the description and the repository of a service alone', async () => {
    await create();
    const { status, json } = await ask('PATCH', '/services/my-service', {
      description: 'new',
      dockerRepository: 'c/d',
    });
    expect(status).to.equal(200);
    expect(json['doc']).to.include({ description: 'new', dockerRepository: 'c/d' });
    const refused = await ask('PATCH', '/services/my-service', { numInstances: 3 });
    expect([refused.status, pathsIn(refused)]).to.deep.equal([400, ['/numInstances']]);
    expect((await ask('PATCH', '/services/nobody', { description: '' })).status).to.equal(404);
  });

  for (const path of ['/services/my-service/config', '/services/my-service/config/next'])
    it(`replaces each key of a configuration at ${path}`, async () => {
      await create();
      const { status, text } = await ask('PATCH', path, { env: { B: 2 }, publicFacing: false, user: 'core' });
      expect([status, text]).to.deep.equal([
        200,
        '{"doc":{"publicFacing":false,"numInstances":1,"ports":[{"container":9000,"host":80}],"env":{"B":2},' +
          '"volume":{},"user":"core"}}',
      ]);
      expect((await ask('GET', path)).text).to.equal(text);
      for (const key of ['name', 'description', 'dockerRepository']) {
        const refused = await ask('PATCH', path, { [key]: 'abc' });
        expect([refused.status, pathsIn(refused)]).to.deep.equal([400, [`/${key}`]]);
      }
      expect((await ask('PATCH', path, { numInstances: 0 })).status).to.equal(400);
      expect((await ask('PATCH', path.replace('my-service', 'nobody'), {})).status).to.equal(404);
    });

  it('has the configurations of versions, with the image of each, under both of their paths', async () => {
    await create();
    expect((await ask('GET', '/services/my-service/config/history')).text).to.equal('{"doc":{}}');
    await deploy('lukebond/my-service:1');
    await ask('PATCH', '/services/my-service/config', { numInstances: 2 });
    await deploy('lukebond/my-service:2');
    const config = { ...usual, publicFacing: true, ports: whole.ports, env: whole.env };
    const [one, two] = [
      { ...config, image: 'lukebond/my-service:1' },
      { ...config, numInstances: 2, image: 'lukebond/my-service:2' },
    ];
    for (const [path, doc] of [
      ['/services/my-service/config/last', two],
      ['/config/my-service/version/latest', two],
      ['/services/my-service/config/history', { '1': one, '2': two }],
      ['/config/my-service/history', { '1': one, '2': two }],
      ['/services/my-service/config/history/1', one],
      ['/config/my-service/version/1', one],
    ] as const)
      expect((await ask('GET', path)).json, path).to.deep.equal({ doc });
  });

  for (const path of [
    '/services/foobar',
    '/services/foobar/config',
    '/services/foobar/config/next',
    '/services/my-service/config/last',
    '/config/my-service/version/latest',
    '/services/my-service/config/history/1',
    '/config/my-service/version/1337',
    '/config/my-service/version/x',
    '/config/my-service/version/1e0',
    '/services/my-service/nothing',
  ])
    it(`knows nothing at ${path}`, async () => {
      await create();
      const { status, json } = await ask('GET', path);
      expect([status, json['statusCode']]).to.deep.equal([404, 404]);
    });

  it('lists the newest entries of the journal, oldest first', async () => {
    await create();
    for (const tag of ['1', '2', '3']) await deploy(`lukebond/my-service:${tag}`);
    const newest = (await ask('GET', '/journal?limit=2')).json as unknown as readonly { version: string }[];
    expect(newest.map(({ version }) => version)).to.deep.equal(['2', '3']);
    for (const limit of ['0', '-1', 'x', '10001'])
      expect((await ask('GET', `/journal?limit=${limit}`)).status, limit).to.equal(400);
  });

  it('keeps no row of a deleted service where versions are only recorded', async () => {
    const idle = await openTestApp(server, { nodeploy: true });
    await askApp(idle, 'POST', '/services', whole);
    const body = { serviceName: 'my-service', dockerRepository: 'lukebond/my-service', pushedAt: 1 };
    await askApp(idle, 'POST', '/hooks/deploy', body);
    expect((await askApp(idle, 'DELETE', '/services/my-service')).status).to.equal(204);
    await idle.close();
    expect(server.serviceStore.removals()).to.deep.equal([]);
  });

  it('deletes a service with its history, and keeps the journal', async () => {
    await create();
    await deploy();
    const deleted = await ask('DELETE', '/services/my-service');
    expect([deleted.status, deleted.text]).to.deep.equal([204, '']);
    expect((await ask('DELETE', '/services/my-service')).status).to.equal(404);
    await create();
    expect((await ask('GET', '/services/my-service/config/last')).status).to.equal(404);
    expect((await deploy()).status).to.equal(200);
    expect(Object.keys((await ask('GET', '/config/my-service/history')).json['doc'] as object)).to.deep.equal(['1']);
    const journal = (await ask('GET', '/journal')).json as unknown as readonly Record<string, unknown>[];
    const ours = journal.slice(-2);
    expect(ours.map((entry) => [entry['event'], entry['serviceName'], entry['version']])).to.deep.equal([
      ['deploy', 'my-service', '1'],
      ['deploy', 'my-service', '1'],
    ]);
    expect(Object.keys(ours[0] ?? {})).to.deep.equal(['event', 'serviceName', 'version', 'timestamp', 'config']);
    expect(ours[0]).to.deep.nested.include({ timestamp: server.now, 'config.image': 'lukebond/my-service' });
  });

  it('deletes although the client says that a body comes', async () => {
    await create();
    const headers = { 'content-type': 'application/json' };
    expect((await askApp(app, 'DELETE', '/services/my-service', undefined, headers)).status).to.equal(204);
  });

  it('refuses other methods with those that there are', async () => {
    for (const [path, allow] of [
      ['/services', 'POST, GET, HEAD'],
      ['/services/my-service', 'GET, HEAD, PATCH, DELETE'],
      ['/services/my-service/config/next', 'GET, HEAD, PATCH'],
      ['/services/my-service/config/last', 'GET, HEAD'],
      ['/journal', 'GET, HEAD'],
    ] as const) {
      const { status, headers } = await ask('PUT', path, {});
      expect([status, headers['allow']], path).to.deep.equal([405, allow]);
    }
  });

  it('reads bodies of JSON alone, of at most 1 MiB', async () => {
    const post = async (payload: string, type: string) =>
      (await askApp(app, 'POST', '/services', payload, { 'content-type': type })).status;
    expect(await post(JSON.stringify(whole), 'text/plain')).to.equal(415);
    expect(await post('{"name":', 'application/json')).to.equal(400);
    expect(await post('[]', 'application/json')).to.equal(400);
    expect(await post('null', 'application/json')).to.equal(400);
    expect(await post(' '.repeat(2 ** 20 + 1), 'application/json')).to.equal(413);
    expect(await post(JSON.stringify(whole), 'application/json; charset=utf-8')).to.equal(201);
  });

  it('refuses to change anything while the store cannot be written, and goes on reading', async () => {
    await create();
    const failure = Object.assign(new Error('database or disk is full'), { code: 'ERR_SQLITE_ERROR' });
    const { store, restore } = failing(server.serviceStore, failure);
    try {
      for (const [method, url, body] of [
        ['POST', '/services', { ...whole, name: 'other' }],
        ['PATCH', '/services/my-service', { description: '' }],
        ['PATCH', '/services/my-service/config', {}],
        ['POST', '/hooks/deploy', { serviceName: 'my-service', dockerRepository: 'a/b', pushedAt: 1 }],
        ['DELETE', '/services/my-service', undefined],
      ] as const) {
        const { status, json } = await ask(method, url, body);
        expect([status, json['statusCode']], `${method} ${url}`).to.deep.equal([503, 503]);
      }
      expect((await ask('GET', '/services/my-service/config')).status).to.equal(200);
      expect(store.services()).to.have.length(1);
    } finally {
      restore();
    }
  });

  it('logs nothing of an environment', async () => {
    await create({ env: { DB_PASSWORD: 'hunter2' } });
    expect((await ask('GET', '/services/my-service')).text).to.include('hunter2');
    expect(log.join('')).not.to.include('hunter2');
  });

  it('gives back what it was given, whatever that is, and has no fault', async () => {
    const keys = ['publicFacing', 'numInstances', 'ports', 'env', 'volume', 'autoDeploy', 'healthcheck', 'user', 'x'];
    // As it is sent: JSON.stringify writes -0 as 0.
    const values = fc.json().map((text) => JSON.parse(text) as unknown);
    const bodies = fc.dictionary(fc.oneof(fc.constantFrom(...keys), fc.string({ maxLength: 8 })), values);
    await fc.assert(
      fc.asyncProperty(bodies, async (body) => {
        const { status, json } = await create({ ...body, name: 'my-service', dockerRepository: 'a/b' });
        expect(status).to.be.oneOf([201, 400]);
        if (status === 400) return;
        const { config } = json['doc'] as { readonly config: object };
        expect((await ask('GET', '/services/my-service/config')).json['doc']).to.deep.equal(config);
        for (const [key, value] of Object.entries(body))
          if (![...keys.slice(0, -1), 'name', 'description', 'dockerRepository', 'dockerImage', 'token'].includes(key))
            expect(config).to.have.property(key).that.deep.equals(value);
        expect((await ask('PATCH', '/services/my-service/config', body)).status).to.be.oneOf([200, 400]);
        expect((await ask('DELETE', '/services/my-service')).status).to.equal(204);
      }),
      { numRuns: 150 },
    );
  });
});
