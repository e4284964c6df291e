import { expect } from 'chai';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { askApp } from '../../support/ask-app.ts';
import { JobServer } from '../../support/job-server.ts';
import { openTestApp } from '../../support/test-app.ts';

const bare = { name: 'my-service', description: 'Test service', dockerRepository: 'lukebond/my-service' };
const facing = { ...bare, publicFacing: true };
const whole = { ...facing, ports: [{ container: 9000, host: 80 }], env: { suchKey: 'veryValue' }, numInstances: 1 };
const deploy = { serviceName: 'my-service', dockerRepository: 'lukebond/my-service', pushedAt: 1 };
const hubRepository = {
  status: 'Active',
  is_trusted: false,
  full_description: null,
  repo_url: 'https://registry.hub.docker.com/u/lukebond/my-service/',
  repo_name: 'lukebond/my-service',
  date_created: 1370174400,
};
const hook = { push_data: { pushed_at2: 1385141110, images: ['h1'], pusher: 'username' }, repository: hubRepository };

/** What the clients of paz do, each of them cleaning up behind itself. */
for (const nodeploy of [false, true])
  describe(`clients of paz, ${nodeploy ? 'where versions are only recorded' : 'where versions run'}`, () => {
    let server: JobServer;
    let app: FastifyInstance;
    before(async () => {
      server = new JobServer();
      app = await openTestApp(server, { nodeploy });
    });
    after(async () => {
      await app.close();
      server.close();
    });

    type Step = [method: 'GET' | 'POST' | 'PATCH' | 'DELETE', url: string, body: unknown, status: number];
    /** Returns what the answer has as `doc`. */
    const ask = async (...[method, url, body, expected]: Step) => {
      const { status, headers, json } = await askApp(app, method, url, body);
      expect(status, `${method} ${url}`).to.equal(expected);
      if (status !== 204) expect(headers['content-type']).to.equal('application/json');
      // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition -- 204 has no body
      return json?.['doc'] as Record<string, unknown>;
    };
    const get = (url: string, status = 200) => ask('GET', url, undefined, status);
    const remove = () => ask('DELETE', '/services/my-service', undefined, 204);

    const flows: Readonly<Record<string, () => Promise<void>>> = {
      'service directory': async () => {
        const { config } = await ask('POST', '/services', whole, 201);
        expect(config).to.deep.include({ publicFacing: true, numInstances: 1, env: { suchKey: 'veryValue' } });
        await get('/services/non-existent-service', 404);
        expect((await get('/services/my-service'))['config']).to.deep.equal(config);
        expect(await get('/services?dockerRepository=lukebond%2Fmy-service')).to.include({ name: 'my-service' });
        expect(await get('/services')).to.be.an('array');
        const changed = await ask(
          'PATCH',
          '/services/my-service/config',
          { publicFacing: false, numInstances: 5 },
          200,
        );
        expect(changed).to.include({ publicFacing: false, numInstances: 5 });
        await remove();
      },
      'deploy hook': async () => {
        await ask('POST', '/services', bare, 201);
        await ask('POST', '/hooks/deploy', deploy, 200);
        await ask('POST', '/hooks/deploy', { ...deploy, serviceName: undefined }, 400);
        await remove();
      },
      'Docker Hub hook': async () => {
        await ask('POST', '/services', bare, 201);
        await ask('POST', '/hooks/dockerhub', hook, 200);
        const noUrl = { ...hook, repository: { ...hubRepository, repo_url: undefined } };
        await ask('POST', '/hooks/dockerhub', noUrl, 400);
        await remove();
      },
      configurations: async () => {
        await ask('POST', '/services', bare, 201);
        await ask('POST', '/hooks/deploy', deploy, 200);
        for (const version of ['latest', '1'])
          expect(await get(`/config/my-service/version/${version}`)).to.include.keys(
            'publicFacing',
            'ports',
            'env',
            'numInstances',
          );
        await get('/config/my-service/version/1337', 404);
        await remove();
      },
      'a service that was not deployed': async () => {
        expect(await get('/services')).to.be.an('array');
        expect(await ask('POST', '/services', facing, 201)).to.deep.nested.include({ 'config.publicFacing': true });
        await ask('POST', '/services', { name: 'illegit' }, 400);
        const names = ((await get('/services')) as unknown as { readonly name: string }[]).map(({ name }) => name);
        expect(names).to.include('my-service');
        await get('/services/foobar', 404);
        await get('/services/my-service/config/last', 404);
        await remove();
      },
      'a service that was deployed': async () => {
        await ask('POST', '/services', facing, 201);
        await ask('POST', '/hooks/deploy', deploy, 200);
        for (const path of ['last', 'next', 'history/1'])
          expect(await get(`/services/my-service/config/${path}`)).to.include({ publicFacing: true, numInstances: 1 });
        const next = await ask('PATCH', '/services/my-service/config/next', { publicFacing: false }, 200);
        expect(next['publicFacing']).to.equal(false);
        const history = await get('/services/my-service/config/history');
        expect(history['1']).to.include({ publicFacing: true });
        await remove();
      },
    };

    for (const [name, flow] of Object.entries(flows))
      it(`get what they expect: ${name}`, async () => {
        await flow();
        await flow();
      });

    it('get it in any order, again and again on one server', async () => {
      const orders = fc.shuffledSubarray([...Object.values(flows), ...Object.values(flows)], { minLength: 6 });
      await fc.assert(
        fc.asyncProperty(orders, async (order) => {
          for (const flow of order) await flow();
        }),
        { numRuns: 5 },
      );
    });

    it('get through what their guide says, in order', async () => {
      const demo = {
        name: 'demo-api',
        description: 'Very simple HTTP Hello World server',
        dockerRepository: 'lukebond/demo-api',
        loadBalanced: false,
        publicFacing: false,
      };
      await ask('POST', '/services', demo, 201);
      expect(await get('/services')).to.have.length(1);
      await ask('DELETE', '/services/demo-api', undefined, 204);
      await ask('POST', '/services', demo, 201);
      const env = { MESSAGE: 'so platform; many service; wow' };
      expect((await ask('PATCH', '/services/demo-api/config/next', { env }, 200))['env']).to.deep.equal(env);
      const demoDeploy = { serviceName: 'demo-api', dockerRepository: 'lukebond/demo-api', pushedAt: 1417000000 };
      await ask('POST', '/hooks/deploy', demoDeploy, 200);
      const contrived = {
        name: 'contrived-service-1',
        description: 'Test service',
        dockerImage: 'lukebond/contrived-service-1',
        ports: [{ container: 9000, host: 80 }],
        autoDeploy: 'always',
        numInstances: 1,
        conflictsWith: 'contrived-service-*',
      };
      const made = await ask('POST', '/services', contrived, 201);
      expect(made).to.include({ dockerRepository: 'lukebond/contrived-service-1' });
      const repository = 'lukebond/contrived-service-1:0.0.1';
      await ask(
        'POST',
        '/hooks/deploy',
        { serviceName: contrived.name, dockerRepository: repository, pushedAt: 0 },
        200,
      );
      expect((await get('/services/contrived-service-1/config/last'))['image']).to.equal(repository);
      for (const name of ['demo-api', contrived.name]) await ask('DELETE', `/services/${name}`, undefined, 204);
    });
  });
