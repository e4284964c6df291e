import { expect } from 'chai';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { entered, type DeploymentState } from '../../../../src/lib/server/deploy/deployment.ts';
import { askApp } from '../../../support/ask-app.ts';
import { JobServer } from '../../../support/job-server.ts';
import { openTestApp } from '../../../support/test-app.ts';

const deploy = { serviceName: 'my-service', dockerRepository: 'lukebond/my-service:1', pushedAt: 1 };
const hook = {
  push_data: { pushed_at: 1385141110, images: ['imagehash1'], pusher: 'username' },
  repository: { repo_url: 'https://hub.docker.com/r/lukebond/my-service', repo_name: 'lukebond/my-service' },
};

describe('the scheduler', () => {
  let server: JobServer;
  let app: FastifyInstance;
  beforeEach(async () => {
    server = new JobServer();
    app = await openTestApp(server);
    await create();
  });
  afterEach(async () => {
    await app.close();
    server.close();
  });

  const ask = (...[method, url, body]: [method: 'GET' | 'POST' | 'PATCH' | 'DELETE' | 'PUT', string, unknown?]) =>
    askApp(app, method, url, body);
  const create = (more: object = {}) =>
    ask('POST', '/services', { name: 'my-service', dockerRepository: 'lukebond/my-service', ...more });
  const end = async (state: DeploymentState, more: object = {}) => {
    const [open] = server.serviceStore.openDeployments();
    await server.serviceStore.changeDeployment(open?.id ?? '', (each) => entered(each, state, server.now, more));
  };
  const version = (number: number) => server.serviceStore.findVersion('my-service', number);

  it('records a version before it answers, and says where its deployment is', async () => {
    const { status, text, headers } = await ask('POST', '/hooks/deploy', deploy);
    expect([status, text]).to.deep.equal([200, '{"statusCode":200}']);
    const location = String(headers['location']);
    expect(location).to.match(/^\/deployments\/[0-9a-f]{16}$/);
    const { json } = await ask('GET', location);
    const [id, at] = [location.slice('/deployments/'.length), server.now];
    const phases = [{ name: 'queued', at }];
    const doc = { id, service: 'my-service', version: 1, state: 'queued', phases, logs: [] };
    expect(json).to.deep.equal({ doc });
    expect(Object.keys(json['doc'] as object)).to.deep.equal(Object.keys(doc));
    expect(version(1)).to.include({ image: 'lukebond/my-service:1', pushedAt: 1 });
  });

  it('has what a failed deployment failed on', async () => {
    const { headers } = await ask('POST', '/hooks/deploy', deploy);
    const why = { error: 'it ended', unit: 'my-service-1-1', node: 'w1', exitCode: 3, logs: ['a'] };
    await end('failed', why);
    const doc = (await ask('GET', String(headers['location']))).json['doc'];
    expect(doc).to.deep.include({ state: 'failed', ...why });
  });

  for (const key of Object.keys(deploy))
    it(`deploys nothing without ${key}`, async () => {
      const { status, json } = await ask('POST', '/hooks/deploy', { ...deploy, [key]: undefined });
      expect([status, json['errors']]).to.deep.equal([400, [{ path: `/${key}`, message: 'is missing' }]]);
    });

  for (const change of [{ pushedAt: 'now' }, { pushedAt: true }, { dockerRepository: '' }, { serviceName: 5 }])
    it(`deploys nothing with ${JSON.stringify(change)}`, async () => {
      expect((await ask('POST', '/hooks/deploy', { ...deploy, ...change })).status).to.equal(400);
      expect(server.serviceStore.openDeployments()).to.deep.equal([]);
    });

  it('takes the number in quotes, and JSON alone', async () => {
    expect((await ask('POST', '/hooks/deploy', { ...deploy, pushedAt: '1417000000' })).status).to.equal(200);
    const text = { 'content-type': 'text/plain' };
    expect((await askApp(app, 'POST', '/hooks/deploy', JSON.stringify(deploy), text)).status).to.equal(415);
  });

  it('deploys only what is in the service directory', async () => {
    const { status, json } = await ask('POST', '/hooks/deploy', { ...deploy, serviceName: 'foobar' });
    const message = 'Service foobar is not in the service directory.';
    expect([status, json['message']]).to.deep.equal([404, message]);
  });

  it('accepts what was pushed earlier than the last version, and notes it', async () => {
    await ask('POST', '/hooks/deploy', { ...deploy, pushedAt: 5 });
    const { status, headers } = await ask('POST', '/hooks/deploy', { ...deploy, pushedAt: 0 });
    expect([status, version(2)?.pushedAt]).to.deep.equal([200, 0]);
    const doc = (await ask('GET', String(headers['location']))).json['doc'];
    expect(doc).to.include({ note: 'it was pushed before the version that was deployed last' });
  });

  it('answers at the end of a deploy when the client waits', async () => {
    const answer = ask('POST', '/hooks/deploy?wait=true', deploy);
    while (server.serviceStore.openDeployments().length === 0) await new Promise(setImmediate);
    await end('starting');
    await end('done');
    expect([(await answer).status, (await answer).text]).to.deep.equal([200, '{"statusCode":200}']);
  });

  it('answers with the cause when a deploy fails, or a newer one takes its place', async () => {
    const answers = [ask('POST', '/hooks/deploy?wait=true', deploy)];
    while (server.serviceStore.openDeployments().length === 0) await new Promise(setImmediate);
    answers.push(ask('POST', '/hooks/deploy?wait', deploy));
    const superseded = await answers[0];
    expect([superseded?.status, superseded?.json['message']]).to.deep.equal([
      500,
      'a newer version took the place of 1',
    ]);
    await end('failed', { error: 'unit my-service-2-1 ended with 3' });
    const failed = await answers[1];
    expect([failed?.status, failed?.json['message']]).to.deep.equal([500, 'unit my-service-2-1 ended with 3']);
    expect(failed?.headers['location']).to.match(/^\/deployments\//);
  });

  it('answers who waits when the service is deleted', async () => {
    const answer = ask('POST', '/hooks/deploy?wait=true', deploy);
    while (server.serviceStore.openDeployments().length === 0) await new Promise(setImmediate);
    await ask('DELETE', '/services/my-service');
    expect([(await answer).status, (await answer).json['message']]).to.deep.equal([500, 'the service was deleted']);
  });

  it('answers 503 with the place of the deployment when the engine is away after the time of a deploy', async () => {
    await app.close();
    let problem: Error | undefined;
    app = await openTestApp(server, { problem: () => problem });
    const answer = ask('POST', '/hooks/deploy?wait=true', deploy);
    while (server.serviceStore.openDeployments().length === 0) await new Promise(setImmediate);
    const isOpen = () =>
      Promise.race([answer.then(() => false), new Promise((resolve) => setImmediate(resolve, true))]);
    const look = () => server.serviceStore.patch('my-service', (each) => ({ ...each, description: 'x' }), server.now);
    problem = new Error('no engine at unix:///none');
    server.now += 599_999;
    await look();
    expect(await isOpen()).to.equal(true);
    problem = undefined;
    server.now += 600_000;
    await look();
    expect(await isOpen()).to.equal(true);
    problem = new Error('no engine at unix:///none');
    const { status, json, headers } = await answer;
    const location = String(headers['location']);
    const message = `the deploy waits for the engine: no engine at unix:///none; see ${location}`;
    expect([status, json['message']]).to.deep.equal([503, message]);
    expect((await ask('GET', location)).json['doc']).to.include({ state: 'queued' });
  });

  it('waits for nothing where versions are only recorded', async () => {
    await app.close();
    app = await openTestApp(server, { nodeploy: true });
    const { status, text } = await ask('POST', '/hooks/deploy?wait=true', deploy);
    expect([status, text, version(1)?.version]).to.deep.equal([200, '{"statusCode":200}', 1]);
  });

  it('tells by a dry run what a deploy would do, and records nothing', async () => {
    const { status, json, headers } = await ask('POST', '/hooks/deploy?dryRun=true', deploy);
    expect([status, json]).to.deep.equal([200, { doc: { service: 'my-service', version: 1 } }]);
    expect(headers).not.to.have.property('location');
    expect([...server.serviceStore.versions('my-service')]).to.deep.equal([]);
    const unknown = { ...deploy, serviceName: 'foobar' };
    expect((await ask('POST', '/hooks/deploy?dryRun=true', unknown)).status).to.equal(404);
  });

  it("deploys by Docker Hub's webhook the service that has the repository, whatever the type of the body", async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const { status, text } = await askApp(app, 'POST', '/hooks/dockerhub', JSON.stringify(hook), form);
    expect([status, text]).to.deep.equal([200, '{"statusCode":201}']);
    expect(version(1)).to.include({ image: 'lukebond/my-service', pushedAt: 1385141110 });
    await ask('POST', '/hooks/dockerhub', { ...hook, push_data: { tag: 'v2' }, callback_url: 'x' });
    expect(version(2)?.image).to.equal('lukebond/my-service:v2');
    expect(version(2)).not.to.have.property('pushedAt');
    const tagged = { ...hook.repository, repo_name: 'lukebond/my-service:old' };
    await ask('POST', '/hooks/dockerhub', { push_data: { tag: 'v3' }, repository: tagged });
    expect(version(3)?.image).to.equal('lukebond/my-service:v3');
  });

  for (const [change, status] of [
    [{ repository: { repo_name: 'lukebond/my-service' } }, 400],
    [{ repository: { repo_url: 'x' } }, 400],
    [{ repository: undefined }, 400],
    [{ push_data: { pushed_at: 'now' } }, 400],
    [{ push_data: { tag: '../x' } }, 400],
    [{ push_data: undefined }, 200],
    [{ push_data: { tag: null } }, 200],
    [{ repository: { ...hook.repository, repo_name: 'docker.io/lukebond/my-service' } }, 200],
    [{ repository: { ...hook.repository, repo_name: 'nobody/nothing' } }, 404],
  ] as const)
    it(`answers Docker Hub's ${JSON.stringify(change)} with ${String(status)}`, async () => {
      expect((await ask('POST', '/hooks/dockerhub', { ...hook, ...change })).status).to.equal(status);
    });

  for (const [autoDeploy, isOn] of [
    ['always', true],
    [true, true],
    ['true', true],
    ['never', false],
    [false, false],
    ['false', false],
  ] as const)
    it(`${isOn ? 'deploys' : 'does not deploy'} a push with autoDeploy ${JSON.stringify(autoDeploy)}`, async () => {
      await ask('PATCH', '/services/my-service/config', { autoDeploy });
      const { status, text } = await ask('POST', '/hooks/dockerhub', hook);
      const off = '{"statusCode":200,"message":"autoDeploy is off"}';
      expect([status, text]).to.deep.equal([200, isOn ? '{"statusCode":201}' : off]);
      expect(version(1) !== undefined).to.equal(isOn);
    });

  it('goes back by a new version with the image and the configuration of an earlier one', async () => {
    await ask('POST', '/hooks/deploy', deploy);
    await ask('PATCH', '/services/my-service/config', { numInstances: 7 });
    await ask('POST', '/hooks/deploy', { ...deploy, dockerRepository: 'lukebond/my-service:2' });
    const { status, text, headers } = await ask('POST', '/services/my-service/rollback', { version: '1' });
    expect([status, text]).to.deep.equal([200, '{"statusCode":200}']);
    expect(headers['location']).to.match(/^\/deployments\//);
    expect(version(3)).to.deep.include({ image: 'lukebond/my-service:1', config: version(1)?.config, rollbackOf: 1 });
    const journal = (await ask('GET', '/journal')).json as unknown as readonly Record<string, unknown>[];
    expect(journal.map((entry) => [entry['version'], entry['rollbackOf']])).to.deep.equal([
      ['1', undefined],
      ['2', undefined],
      ['3', '1'],
    ]);
    for (const [url, body, code] of [
      ['/services/my-service/rollback', { version: 9 }, 404],
      ['/services/foobar/rollback', { version: 1 }, 404],
      ['/services/my-service/rollback', {}, 400],
      ['/services/my-service/rollback', { version: 0 }, 400],
      ['/services/my-service/rollback', { version: 1.5 }, 400],
    ] as const)
      expect((await ask('POST', url, body)).status, JSON.stringify(body)).to.equal(code);
    expect(version(4)).to.equal(undefined);
  });

  it('lists deployments, newest first, of all services or of one', async () => {
    await create({ name: 'other' });
    for (const serviceName of ['my-service', 'other', 'my-service'])
      await ask('POST', '/hooks/deploy', { ...deploy, serviceName });
    const list = async (query: string) =>
      ((await ask('GET', `/deployments${query}`)).json['doc'] as readonly Record<string, unknown>[]).map(
        (each) => `${String(each['service'])} ${String(each['version'])} ${String(each['state'])}`,
      );
    expect(await list('')).to.deep.equal(['my-service 2 queued', 'other 1 queued', 'my-service 1 superseded']);
    expect(await list('?service=other')).to.deep.equal(['other 1 queued']);
    expect(await list('?service=nobody')).to.deep.equal([]);
    expect(await list('?limit=1')).to.have.length(1);
    expect((await ask('GET', '/deployments/nothing')).status).to.equal(404);
  });

  it('has no fault, whatever it is sent', async () => {
    const values = fc.oneof(fc.jsonValue(), fc.constantFrom('my-service', 'lukebond/my-service', 1, hook.repository));
    const keys = fc.constantFrom(...Object.keys(deploy), ...Object.keys(hook), 'version');
    const paths = fc.constantFrom('/hooks/deploy', '/hooks/dockerhub', '/services/my-service/rollback');
    await fc.assert(
      fc.asyncProperty(paths, fc.dictionary(keys, values), async (path, body) => {
        expect((await ask('POST', path, body)).status).to.be.lessThan(500);
      }),
      { numRuns: 150 },
    );
  });
});
