import { expect } from 'chai';
import { instanceOf, resolveScene, variableOf } from '../../project-files.ts';
import { dns, web, one, problemsOf, fileOf, service, running } from '../scenes.ts';

describe('the DNS of a project', () => {
  it('is used by all linked instances, without settings', () => {
    const resolution = resolveScene({ conf: [dns, web('one'), { service: 'plain', instance: 'x' }] });
    const server = [{ addressOf: 'demo-dockerops-dns-main' }];
    const spec = instanceOf(resolution, 'web-one');
    expect(variableOf(resolution, 'web-one', 'DNS_SERVICE_IP')).to.deep.equal(server);
    expect(spec.network).to.deep.equal({
      mode: 'network',
      network: 'dockerops-demo',
      reservedAddress: false,
      aliases: [],
      links: [],
      resolver: { server, search: 'local.zone' },
    });
    expect([spec.lease, spec.after]).to.deep.equal(['client', ['dockerops-dns-main']]);
    expect(fileOf(spec, '/etc/dockerops/dns.json')).to.deep.equal({
      server: 'addressOf,demo-dockerops-dns-main',
      port: 53,
      zone: 'local.zone',
      key: {
        name: 'one.web.startNumber,demo-web-one.append.near.own',
        algorithm: 'hmac-sha256',
        secret: 'derivedSecret,dns=label,one.web.,[object Object],.append.near.own',
      },
      service: 'web',
      instance: 'one',
      policy: 'APPEND',
      service_ip: null,
      same_network: true,
      container: 'demo-web-one',
    });
    expect(instanceOf(resolution, 'plain-x')).to.deep.include({ lease: 'dockerops', files: [] });
    expect(instanceOf(resolution, 'plain-x').network).to.have.property('resolver');
  });

  it('may be a service of the project that is built on the DNS of the base services', () => {
    const files = {
      'services/names/Dockerfile': 'FROM dockerops/dockerops-dns\n',
      'services/more/Dockerfile': 'FROM demo/names\n',
    };
    for (const name of ['names', 'more']) {
      const conf = [
        { service: name, instance: 'a', publish_ports: true, env_vars: { SERVICE_IP: '192.0.2.1' } },
        web('one'),
      ];
      const resolution = resolveScene({ conf, files });
      const server = instanceOf(resolution, `${name}-a`);
      expect(server.files.map(({ path }) => path)).to.include('/etc/dockerops/dns-server.json');
      expect(server.network).to.include({ reservedAddress: true });
      expect(server.ports.map(({ container, protocol }) => `${container}/${protocol}`)).to.deep.equal([
        '53/tcp',
        '53/udp',
      ]);
      expect(one({ conf, files }).after).to.deep.equal([`${name}-a`]);
      const later = resolveScene({
        conf,
        files,
        observed: running(resolution),
        request: service('web', { instance: 'one' }),
      });
      expect(instanceOf(later, 'web-one').lease, 'by the labels of what runs').to.equal('client');
      const gone = resolveScene({ conf: [web('one')], observed: running(resolution), request: { target: 'all' } });
      expect(instanceOf(gone, 'web-one').lease, 'also when the files no longer have it').to.equal('client');
    }
    expect(problemsOf({ files, conf: [dns, { service: 'names', instance: 'a' }] })).to.have.length(1);
  });

  it('is not used by instances that are not linked or have an empty DNS_SERVICE_IP', () => {
    for (const values of [{ linked: false }, { env_vars: { DNS_SERVICE_IP: '' } }]) {
      const spec = one({ conf: [dns, web('one', values)] });
      expect(spec.lease).to.equal('none');
      expect(spec.network).to.not.have.property('resolver');
      expect(fileOf(spec, '/etc/dockerops/dns.json')).to.equal(undefined);
    }
  });

  it('has a reserved address, a volume for its zone, and a file with its settings', () => {
    const spec = one(
      {
        conf: [{ ...dns, env_vars: { DNS_ZONE: 'shop.lan.' } }, web('one')],
        environment: { DNS_ALLOW: '192.0.2.0/24' },
      },
      'dockerops-dns-main',
    );
    expect(spec.network).to.deep.include({ reservedAddress: true, aliases: [] });
    expect(spec.mounts).to.deep.equal([
      {
        kind: 'volume',
        volume: 'dockerops-demo-dockerops-dns-main-zone',
        target: '/var/lib/dockerops-dns',
        readOnly: false,
        lifetime: 'instance',
      },
    ]);
    expect(fileOf(spec, '/etc/dockerops/dns-server.json')).to.deep.equal({
      zone: 'shop.lan',
      key: { name: 'dockerops', algorithm: 'hmac-sha256', secret: 'secret,dns' },
      address: 'addressOf,demo-dockerops-dns-main',
      networks: ['subnetOf,dockerops-demo'],
      allow: ['192.0.2.0/24'],
      self: { service: 'dockerops-dns', instance: 'main', container: 'demo-dockerops-dns-main' },
      containers: 'demo-',
    });
  });

  it('gives its zone to all instances', () => {
    const spec = one({ conf: [{ ...dns, env_vars: { DNS_ZONE: 'shop.lan' } }, web('one')] });
    expect(spec.network).to.deep.include({
      resolver: { server: [{ addressOf: 'demo-dockerops-dns-main' }], search: 'shop.lan' },
    });
  });

  it('is used through a link named dns, too', () => {
    const spec = one({ conf: [dns, web('one', { links: ['dockerops-dns-main:dns'] })] });
    expect(spec.environment.find(({ name }) => name === 'DNS_SERVICE_IP')?.value).to.deep.equal([
      { addressOf: 'demo-dockerops-dns-main' },
    ]);
    expect(spec).to.deep.include({ lease: 'client' });
    expect(fileOf(spec, '/etc/dockerops/dns.json')).to.include({ same_network: true });
  });

  it('may be on another host, at the address DNS_SERVICE_IP', () => {
    const variables = { DNS_SERVICE_IP: '198.51.100.3', SERVICE_IP: 'from_eth0' };
    const spec = one({ conf: [web('one', { env_vars: variables, publish_ports: true, ports: ['80'] })] });
    expect(spec.network).to.deep.include({ resolver: { server: ['198.51.100.3'], search: 'local.zone' } });
    expect(fileOf(spec, '/etc/dockerops/dns.json')).to.include({
      same_network: false,
      service_ip: '192.0.2.7',
      server: '198.51.100.3',
    });
  });

  it('is recognised by its published address', () => {
    const conf = [
      { ...dns, instance: 'master', persistent_data: false, env_vars: { SERVICE_IP: 'from_eth0' } },
      web('one', { env_vars: { DNS_SERVICE_IP: 'from_eth0' } }),
    ];
    const resolution = resolveScene({ conf });
    expect(fileOf(instanceOf(resolution, 'web-one'), '/etc/dockerops/dns.json')).to.include({
      same_network: true,
      server: '192.0.2.7',
    });
    expect(instanceOf(resolution, 'dockerops-dns-master').ports).to.deep.equal([
      { container: 53, protocol: 'tcp', host: 53, ip: '192.0.2.7' },
      { container: 53, protocol: 'udp', host: 53, ip: '192.0.2.7' },
    ]);
  });

  it('needs an address when it publishes ports', () => {
    expect(
      resolveScene({ conf: [{ ...dns, publish_ports: true }] }).missing.map(({ name, key, reason }) => [
        name,
        key,
        reason,
      ]),
    ).to.deep.equal([
      [
        'SERVICE_IP',
        'dockerops-dns-main',
        'the DNS publishes its ports at this address; ' +
          'set an address of the host or from_<interface>, or use publish_ports=False',
      ],
    ]);
  });

  it('is not used while it does not run, with a notice', () => {
    const resolution = resolveScene({ conf: [dns, web('one')], request: service('web', { instance: 'one' }) });
    expect(resolution.notices).to.deep.equal([
      "web-one is not in the DNS: the project's DNS (run.conf:3:3) does not run",
    ]);
    expect(instanceOf(resolution, 'web-one').lease).to.equal('none');
  });

  it('is used by an instance that is run alone as in run:all', () => {
    const conf = [dns, web('one')];
    const all = resolveScene({ conf });
    const alone = resolveScene({ conf, request: service('web', { instance: 'one' }), observed: running(all) });
    const { after: _, ...wanted } = instanceOf(all, 'web-one');
    expect(instanceOf(alone, 'web-one')).to.deep.include(wanted);
  });

  it('is one instance', () => {
    expect(problemsOf({ conf: [dns, { ...dns, instance: 'two' }] })).to.deep.equal([
      {
        where: 'run.conf:6:2',
        message: 'dockerops-dns-two is a second DNS; a project has one (dockerops-dns-main)',
        suggestion: 'remove one of the entries',
      },
    ]);
  });

  it('a service with the name of the DNS itself is refused, unless it is the DNS', () => {
    const named = (conf: readonly object[], dockerfile = 'FROM debian:12\n'): readonly unknown[] =>
      problemsOf({ conf, files: { 'services/dns/Dockerfile': dockerfile } });
    const service = { service: 'dns', instance: 'one' };
    expect(named([dns, service])).to.deep.equal([
      {
        where: 'run.conf:7:3',
        message: "a service is called dns, which is the name of the project's DNS itself",
        suggestion: 'give the service another name',
      },
    ]);
    expect(named([service])).to.deep.equal([]);
    expect(named([service], 'FROM dockerops/dockerops-dns\n')).to.deep.equal([]);
  });

  it('has three update policies', () => {
    expect(
      fileOf(
        one({ conf: [dns, web('one', { env_vars: { DNS_UPDATE_POLICY: 'replace' } })] }),
        '/etc/dockerops/dns.json',
      ),
    ).to.include({ policy: 'REPLACE' });
    expect(problemsOf({ conf: [dns, web('one', { env_vars: { DNS_UPDATE_POLICY: 'ADD' } })] })).to.deep.equal([
      {
        where: 'run.conf:10:4',
        message: 'DNS_UPDATE_POLICY of web-one is "ADD"; it must be HIDE, APPEND or REPLACE',
        suggestion: 'remove it to use APPEND',
      },
    ]);
  });

  it('reports instances that are not in the DNS because it is on another host', () => {
    const plain = {
      service: 'plain',
      instance: 'one',
      env_vars: { DNS_SERVICE_IP: '192.0.2.9', SERVICE_IP: '192.0.2.7' },
      publish_ports: true,
      ports: ['80:80'],
    };
    const noticesOf = (conf: readonly object[]): readonly string[] =>
      resolveScene({ conf }).notices.filter((notice) => notice.includes('not in the DNS'));
    const away = { DNS_SERVICE_IP: '192.0.2.9' };
    expect(noticesOf([web('one', { env_vars: away }), plain])).to.deep.equal([
      'web-one is not in the DNS: the DNS is not on its engine and network, so it needs a SERVICE_IP',
      'plain-one is not in the DNS: its image is not built on the base image, and the DNS is not on its engine and ' +
        'network',
    ]);
    expect(
      noticesOf([
        web('one', { env_vars: { ...away, SERVICE_IP: '192.0.2.7' }, publish_ports: true, ports: ['80'] }),
        web('two', { env_vars: { ...away, DNS_UPDATE_POLICY: 'HIDE' } }),
      ]),
    ).to.deep.equal([]);
    expect(noticesOf([dns, web('one'), { service: 'plain', instance: 'one' }])).to.deep.equal([]);
    expect(noticesOf([dns, web('one', { network_mode: 'host', env_vars: away })])).to.deep.equal([
      'web-one is not in the DNS: the DNS is not on its engine and network, so it needs a SERVICE_IP',
    ]);
  });

  it('with the policy HIDE, the host name is one that no engine resolves', () => {
    const hostnameOf = (variables: object, more: object = {}): string =>
      one({ conf: [dns, web('one', { env_vars: variables, ...more })] }).hostname;
    expect(hostnameOf({ DNS_UPDATE_POLICY: 'hide' })).to.equal('demo-web-one');
    expect(hostnameOf({ DNS_UPDATE_POLICY: 'HIDE' }, { hostname: 'mine' })).to.equal('mine');
    expect(hostnameOf({})).to.equal('web-one');
    const longest = hostnameOf({}, { hostname: 'a'.repeat(60) + '.org' });
    expect(longest).to.have.length(64);
    const hidden = (instance: string): string =>
      one({ conf: [dns, web(instance, { env_vars: { DNS_UPDATE_POLICY: 'HIDE' } })] }, `web-${instance}`).hostname;
    const [first, second] = ['a', 'b'].map((end) => hidden(`${'x'.repeat(58)}${end}`));
    expect(first)
      .to.match(/^demo-web-x{46}-[0-9a-f]{8}$/)
      .and.to.have.length(64)
      .and.not.to.equal(second);
    expect(hidden('x'.repeat(55))).to.equal(`demo-web-${'x'.repeat(55)}`);
  });

  it('is replaced by aliases in a project without one', () => {
    expect(one({ conf: [web('one')] }).network).to.deep.include({ aliases: ['web', 'web-one'] });
  });
});
