import { expect } from 'chai';
import { readSettings, type RegistratorSettings } from '../../../../src/lib/daemons/registrator/settings.ts';

type Sources = Partial<Parameters<typeof readSettings>[0]>;

function settings(sources: Sources): RegistratorSettings {
  const { settings: read, problems } = readSettings({
    flags: { policy: ['skydns'] },
    environment: {},
    once: false,
    ...sources,
  });
  expect(problems).to.deep.equal([]);
  return read;
}
function problems(flags: Readonly<Record<string, unknown>>, more: Sources = {}): readonly string[] {
  const read = readSettings({ flags: { policy: ['skydns'], ...flags }, environment: {}, once: false, ...more });
  return read.problems.map(({ where = '', message }) => `${where} ${message}`);
}
const file = (value: object): Sources => ({ file: { name: 'registrator.json', text: JSON.stringify(value) } });

describe('the settings of a registrator', () => {
  it('have defaults', () => {
    expect(settings({})).to.deep.equal({
      policies: { bundled: ['skydns'], place: undefined },
      directory: {
        kind: 'etcd',
        etcd: { endpoints: [{ secure: false, host: '127.0.0.1', port: 2379 }] },
        isGiven: false,
      },
      ttlSeconds: 30,
      claimsPrefix: '/dockerops/claims',
      listen: { host: '127.0.0.1', port: 8001 },
      drain: false,
      withdraw: false,
      adopt: false,
    });
  });

  it('come from flags, then from variables, then from the file', () => {
    const environment = {
      KONTENA_REGISTRATOR_POLICIES: 'policies',
      KONTENA_REGISTRATOR_SERVICES: 'services',
      ETCD_ENDPOINT: 'http://10.0.0.1:2379',
      ETCDCTL_ENDPOINTS: 'http://10.0.0.2:2379',
      ETCDCTL_USER: 'me:with:colons',
      ETCDCTL_CACERT: 'ca.pem',
    };
    const from = file({ etcd: 'http://10.0.0.3:2379', ttl: '1m', claims_prefix: '/c', drain: true, policy: 'paz' });
    const read = settings({ flags: { etcd: 'https://[::1],http://a:1' }, environment, ...from });
    expect(read.directory).to.deep.equal({
      kind: 'etcd',
      etcd: {
        endpoints: [
          { secure: true, host: '::1', port: 2379 },
          { secure: false, host: 'a', port: 1 },
        ],
        user: 'me',
        password: 'with:colons',
        caFile: 'ca.pem',
      },
      isGiven: true,
    });
    expect(read).to.deep.include({ services: 'services', ttlSeconds: 60, claimsPrefix: '/c', drain: true });
    expect(read.policies).to.deep.equal({ bundled: ['paz'], place: 'policies' });
    const { directory } = settings({ environment });
    expect(directory).to.have.nested.property('etcd.endpoints[0].host', '10.0.0.1');
  });

  it('of Consul are its own', () => {
    const { directory } = settings({
      flags: { policy: ['skydns'], directory: 'consul', consul: '10.0.0.5' },
      environment: { CONSUL_HTTP_TOKEN: 't', ETCDCTL_CACERT: 'ca.pem' },
    });
    expect(directory).to.deep.equal({
      kind: 'consul',
      consul: { consul: { secure: false, host: '10.0.0.5', port: 8500 }, token: 't' },
    });
    expect(problems({ directory: 'consul', consul: 'c', ttl: '9s' })[0]).to.contain('from 10s to 1h with Consul');
  });

  it('are refused with their place', () => {
    const cases: readonly (readonly [Readonly<Record<string, unknown>>, string])[] = [
      [{ etcd: 'etcd:2379' }, '--etcd "etcd:2379" is not an address of etcd'],
      [{ etcd: 'http://a,http://b/path' }, '--etcd "http://b/path" is not an address of etcd'],
      [{ etcd: 'http://a:0' }, '--etcd "http://a:0" is not an address of etcd'],
      [{ ttl: '4s' }, '--ttl ttl is "4s"; it must be a time from 5s to 1h'],
      [{ ttl: '61m' }, '--ttl ttl is "61m"; it must be a time from 5s to 1h'],
      [{ ttl: '0' }, '--ttl ttl is 0; only with --once may keys stay for ever'],
      [{ 'claims-prefix': 'claims/' }, '--claims-prefix "claims/" is not a prefix of keys'],
      [{ directory: 'zookeeper' }, '--directory "zookeeper" is no directory'],
      [{ name: 'a/b' }, '--name "a/b" cannot be the name of a registrator'],
      [{ listen: 'nowhere' }, '--listen "nowhere" is not an address to listen on'],
      [{ policy: [] }, '--policy is missing, and so is --policies'],
    ];
    for (const [flags, message] of cases) expect(problems(flags)[0], JSON.stringify(flags)).to.contain(message);
    expect(problems({}, file({ policys: 'x' }))[0]).to.contain('registrator.json:1:2 unknown key "policys"');
    expect(
      readSettings({ flags: { policy: ['a'], ttl: '0' }, environment: {}, once: true }).settings.ttlSeconds,
    ).to.equal(0);
  });
});
