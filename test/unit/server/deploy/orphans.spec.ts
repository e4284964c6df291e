import { expect } from 'chai';
import { UnitApi } from '../../../../src/lib/server/deploy/unit-api.ts';
import { EngineAccess } from '../../../../src/lib/server/engine-access.ts';
import { label } from '../../../../src/lib/labels.ts';
import { DeployServer } from '../../../support/deploy-server.ts';

type Json = Readonly<Record<string, unknown>>;

for (const swarm of ['inactive', 'manager'] as const)
  describe(`units of a store that was lost, ${swarm === 'manager' ? 'on a Swarm' : 'on the local engine'}`, () => {
    let server: DeployServer;
    beforeEach(async () => {
      server = new DeployServer();
      server.engine.swarm = swarm;
      if (swarm === 'manager') server.engine.cluster.addNode('manager-1', { role: 'manager' });
      await server.deploy('web', { numInstances: 2 });
      await server.settle();
      server.loseStore();
      server.now += 60_000;
    });
    afterEach(() => server.close());

    const units = (): Promise<readonly object[]> =>
      new UnitApi({
        engine: new EngineAccess(() => Promise.resolve({ engine: server.engine })),
        store: server.store,
        server: 'test',
        now: () => server.now,
      }).units(undefined, false);
    const orphans = async (): Promise<readonly unknown[]> =>
      ((await units()) as readonly Json[]).filter(({ orphan }) => orphan === true).map(({ name }) => name);
    const running = (): readonly string[] => server.running().filter((name) => name.startsWith('web'));
    const runs = swarm === 'manager' ? ['web-1'] : ['web-1-1', 'web-1-2'];

    it('run on, are marked, and are told once in the log', async () => {
      await server.settle();
      await server.settle();
      expect(running()).to.deep.equal(runs);
      expect(await orphans()).to.deep.equal(['web-1-1', 'web-1-2']);
      expect(server.warnings).to.deep.equal([
        'no service of the store has the units web-1-1, web-1-2: ' +
          'they are left alone until a service of their name is deployed',
      ]);
    });

    it('run on when a service of their name is made, and are no units of its first version', async () => {
      const config = { publicFacing: false, numInstances: 1, ports: [], env: {}, volume: {} };
      await server.store.create({ name: 'web', dockerRepository: 'demo/web', config }, server.now);
      await server.settle();
      expect(running()).to.deep.equal(runs);
      const id = await server.deploy('web', { numInstances: 1, env: { NAME: 'new' } });
      await server.settle();
      expect(server.deployment(id).state).to.equal('done');
      expect(running()).to.deep.equal(swarm === 'manager' ? ['web-1'] : ['web-1-1']);
      expect(await orphans()).to.deep.equal([]);
      expect(madeAt()).to.equal(String(server.store.findVersion('web', 1)?.createdAt));
    });

    it('go with a service of their name that is deleted', async () => {
      await server.deploy('web');
      await server.store.remove('web', server.now);
      await server.settle();
      expect(running()).to.deep.equal([]);
    });

    const madeAt = (): string | undefined => {
      const [service] = [...server.engine.cluster.services.values()];
      return (service?.row.labels ?? server.container('web-1-1').config.labels)[label.versionRecorded];
    };
  });
