import { expect } from 'chai';
import { EngineUnreachable } from '../../../../src/lib/errors.ts';
import { DnsApi } from '../../../../src/lib/server/dns/dns-api.ts';
import { Zones } from '../../../../src/lib/server/dns/zones.ts';
import type { OpenEngine } from '../../../../src/lib/use-cases/open-engine.ts';
import { DeployServer } from '../../../support/deploy-server.ts';
import { containerOf, spec } from '../../../support/specs.ts';

const answer = { zone: 'local.zone', names: [{ name: 'web', addresses: ['10.0.0.4', '10.0.0.5'], holders: [] }] };

describe('the names of services', () => {
  let server: DeployServer;
  let containers: readonly object[];
  let run: () => Promise<{ readonly exitCode: number; readonly stdout: string; readonly stderr: string }>;
  let asked: number;
  let openError: Error | undefined;
  let zones: Zones;
  beforeEach(async () => {
    server = new DeployServer();
    await server.deploy('web', { publicFacing: true, ports: [{ container: 9000 }] });
    await server.deploy('api', { ports: [{ container: 9000, host: 80 }] });
    containers = [containerOf(spec('web', 'one')), containerOf(spec('dockerops-dns', 'one'))];
    run = () => Promise.resolve({ exitCode: 0, stdout: JSON.stringify(answer), stderr: '' });
    [asked, openError] = [0, undefined];
    const engine = {
      listContainers: () => Promise.resolve(containers),
      exec: () => {
        asked += 1;
        return run();
      },
    } as unknown as OpenEngine['engine'];
    zones = new Zones(
      () => (openError === undefined ? Promise.resolve({ engine }) : Promise.reject(openError)),
      () => server.now,
    );
  });
  afterEach(() => server.close());

  const apiFor = (domain: string): DnsApi => new DnsApi({ store: server.store, zones, domain, publicPort: 80 });
  const web = { service: 'web', domain: 'web.paz', loadBalancer: 'web' };
  const found = { server: 'demo-dockerops-dns-one', name: 'web.local.zone', addresses: ['10.0.0.4', '10.0.0.5'] };

  it('are those of services that are reached by name', async () => {
    containers = [];
    const api = apiFor('paz');
    expect([...(await api.list())]).to.deep.equal([web]);
    expect(await api.get('web')).to.deep.equal(web);
    const refusal = async (name: string): Promise<unknown> => api.get(name).catch(String);
    expect(await refusal('api')).to.contain('api is not reached by name');
    expect(await refusal('none')).to.contain('Service none is not in the service directory');
  });

  it('come with what a dynamic DNS on the engine answers for them', async () => {
    expect([...(await apiFor('paz').list())]).to.deep.equal([{ ...web, dns: [found] }]);
    expect(await apiFor('paz').get('web')).to.deep.equal({ ...web, dns: [found] });
  });

  it('are looked for by their domain where that is in the zone', async () => {
    const inZone = await apiFor('apps.local.zone').get('web');
    expect(inZone).to.deep.include({ dns: [{ ...found, name: 'web.apps.local.zone', addresses: [] }] });
  });

  it('come with the reason of a DNS that refuses, and with null while the engine is away', async () => {
    run = () => Promise.resolve({ exitCode: 1, stdout: '{"error":"named does not run"}', stderr: '' });
    const error = 'demo-dockerops-dns-one: dns ps: named does not run';
    expect(await apiFor('paz').get('web')).to.deep.equal({ ...web, dns: [{ server: found.server, error }] });
    server.now += 60_000;
    openError = new EngineUnreachable('no engine', { code: 'ENGINE_UNREACHABLE' });
    expect(await apiFor('paz').get('web')).to.deep.equal({ ...web, dns: null });
    openError = undefined;
    run = () => Promise.resolve({ exitCode: 0, stdout: JSON.stringify(answer), stderr: '' });
    expect(await apiFor('paz').get('web')).to.deep.equal({ ...web, dns: [found] });
  });

  it('wait for no DNS that is late: its answer is that of a later request', async () => {
    const late = Promise.withResolvers<Awaited<ReturnType<typeof run>>>();
    run = () => late.promise;
    expect(await apiFor('paz').get('web')).to.deep.equal({ ...web, dns: null });
    late.resolve({ exitCode: 0, stdout: JSON.stringify(answer), stderr: '' });
    expect(await apiFor('paz').get('web')).to.deep.equal({ ...web, dns: [found] });
    expect(asked).to.equal(1);
  });
});
