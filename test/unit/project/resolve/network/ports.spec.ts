import { expect } from 'chai';
import { facts } from '../../../../support/specs.ts';
import { instanceOf, onBase, resolveScene, type Scene } from '../../project-files.ts';
import { dns, web, one, problemsOf, fileOf } from '../scenes.ts';

describe('order, ports and the network of the host', () => {
  it('an instance starts after the services and instances in depends_on', () => {
    expect(
      one({
        conf: [
          web('one', { depends_on: ['db', 'db-main-x'] }),
          { service: 'db', instance: 'a' },
          { service: 'db', instance: 'b' },
          { service: 'db-main', instance: 'x' },
        ],
      }).after,
    ).to.deep.equal(['db-a', 'db-b', 'db-main-x']);
    expect(problemsOf({ conf: [web('one', { depends_on: ['plan'] })] })).to.deep.equal([
      {
        where: 'run.conf:6:4',
        message: '"plan" is neither a service nor a <service>-<instance> of this project',
        suggestion: 'did you mean "plain"?',
      },
    ]);
  });

  it('ports are those of EXPOSE in the Dockerfile and in those of parent services', () => {
    const files = {
      'services/web/Dockerfile': 'FROM demo/db\nEXPOSE 80\n',
      'services/db/Dockerfile': `${onBase}EXPOSE 80 443\n#UDP_EXPOSE 53\n`,
    };
    expect(
      one({
        conf: [web('one', { publish_ports: true })],
        files,
        environment: { PUBLISH_ON_IP: '127.0.0.1', SERVICE_IP: '192.0.2.1' },
      }).ports,
    ).to.deep.equal([
      { container: 53, protocol: 'udp', host: 53, ip: '127.0.0.1' },
      { container: 80, protocol: 'tcp', host: 80, ip: '127.0.0.1' },
      { container: 443, protocol: 'tcp', host: 443, ip: '127.0.0.1' },
    ]);
    expect(one({ conf: [web('one')], files }).ports).to.deep.equal([]);
  });

  it('the engine chooses the ports of the host for EXPOSE of several replicas', () => {
    const files = { 'services/web/Dockerfile': `${onBase}EXPOSE 80\n` };
    const entry = (replicas: number): object => ({ service: 'web', replicas, publish_ports: true });
    const portsOf = (replicas: number): unknown => one({ conf: [entry(replicas)], files }, 'web-1').ports;
    expect(portsOf(2)).to.deep.equal([{ container: 80, protocol: 'tcp' }]);
    expect(portsOf(1)).to.deep.equal([{ container: 80, protocol: 'tcp', host: 80 }]);
  });

  it('an instance publishes at most 10,000 ports, in however many ranges', () => {
    const conf = [web('one', { ports: Array.from({ length: 50 }, () => '1-9000:1-9000'), publish_ports: true })];
    expect(problemsOf({ conf })).to.deep.include({
      where: 'run.conf:7:4',
      message: 'an instance publishes at most 10000 ports',
      suggestion: 'publish fewer, or give it the network of the host',
    });
  });

  it('publishes "ports" in place of EXPOSE, on SERVICE_IP unless they name an address; notes open ones', () => {
    const conf = (more: object): object[] => [
      web('one', { ports: ['8080:80', '127.0.0.1:53:53/udp'], publish_ports: true, ...more }),
    ];
    const open = resolveScene({ conf: conf({}) });
    expect(instanceOf(open, 'web-one').ports).to.deep.equal([
      { container: 53, protocol: 'udp', host: 53, ip: '127.0.0.1' },
      { container: 80, protocol: 'tcp', host: 8080 },
    ]);
    expect(open.notices).to.deep.equal([
      'web-one publishes on all addresses of the host; set PUBLISH_ON_IP or SERVICE_IP to use only one',
    ]);
    expect(one({ conf: conf({ env_vars: { SERVICE_IP: '192.0.2.1' } }) }).ports).to.deep.equal([
      { container: 53, protocol: 'udp', host: 53, ip: '127.0.0.1' },
      { container: 80, protocol: 'tcp', host: 8080, ip: '192.0.2.1' },
    ]);
    expect(resolveScene({ conf: conf({ publish_ports: false }) }).notices).to.deep.equal([
      'run.conf:5:3: this has no effect, since publish_ports is off',
    ]);
  });

  it('ssh is published with publish_ssh_on', () => {
    expect(one({ conf: [web('one', { publish_ssh_on: '127.0.0.1:2222' })] }).ports).to.deep.equal([
      { container: 22, protocol: 'tcp', host: 2222, ip: '127.0.0.1' },
    ]);
  });

  it('ports are published on the address of an interface, wherever PUBLISH_ON_IP is set', () => {
    const conf = [web('one', { ports: ['80'], publish_ports: true })];
    for (const scene of [
      { conf, environment: { PUBLISH_ON_IP: 'from_eth0' } },
      { conf: [{ ...conf[0], env_vars: { PUBLISH_ON_IP: 'from_eth0' } }] },
    ]) {
      expect(one(scene).ports).to.deep.equal([{ container: 80, protocol: 'tcp', ip: '192.0.2.7' }]);
    }
    const { interfaces: _, ...unknown } = facts;
    const far = resolveScene({ conf, environment: { PUBLISH_ON_IP: 'from_eth0' }, facts: unknown });
    expect([far.lacksInterfaces, instanceOf(far, 'web-one').ports[0]?.ip]).to.deep.equal([true, '<eth0 of host host>']);
    const idle = resolveScene({ conf: [web('one')], environment: { PUBLISH_ON_IP: 'from_eth0' }, facts: unknown });
    expect([idle.lacksInterfaces, idle.problems], 'nothing is published').to.deep.equal([false, []]);
  });

  it('an address on which ports cannot be published is reported once, with its place', () => {
    const conf = (env_vars: object): Scene => ({
      conf: [web('one', { ports: ['80'], publish_ports: true, env_vars })],
    });
    const noInterface = 'PUBLISH_ON_IP is from_eth9, but host host has no interface eth9';
    const noAddress = 'PUBLISH_ON_IP is localhost, which is not an address that ports can be published on';
    for (const [scene, where, message] of [
      [{ ...conf({}), environment: { PUBLISH_ON_IP: 'from_eth9' } }, 'environment', noInterface],
      [conf({ PUBLISH_ON_IP: 'from_eth9' }), 'run.conf:10:4', noInterface],
      [conf({ PUBLISH_ON_IP: 'localhost' }), 'run.conf:10:4', noAddress],
      [conf({ SERVICE_IP: 'localhost' }), 'run.conf:10:4', 'SERVICE_IP is "localhost", which is not an IP address'],
    ] as const)
      expect(resolveScene(scene).problems.map((problem) => [problem.where, problem.message])).to.deep.equal([
        [where, message],
      ]);
    expect(problemsOf(conf({ PUBLISH_ON_IP: '::1' }))).to.deep.equal([]);
  });

  it('publish_ssh_on must be a valid port of the host', () => {
    for (const port of ['99999', '127.0.0.1:0', '300.0.0.1:2222']) {
      expect(problemsOf({ conf: [web('one', { publish_ssh_on: port })] })).to.deep.equal([
        {
          where: 'run.conf:5:3',
          message: `"${port}" is not a valid port of the host`,
          suggestion: 'write it like 2222 or "127.0.0.1:2222"',
        },
      ]);
    }
  });

  it('a master that publishes ports needs SERVICE_IP, and others do not', () => {
    const files = { 'services/web/Dockerfile': `${onBase}EXPOSE 80\n` };
    expect(resolveScene({ conf: [web('master')], files }).missing.map(({ name }) => name)).to.deep.equal([
      'SERVICE_IP',
    ]);
    for (const more of [{ publish_ports: false }, { env_vars: { SERVICE_IP: 'from_eth0' } }])
      expect(resolveScene({ conf: [web('master', more)], files }).missing).to.deep.equal([]);
    expect(resolveScene({ conf: [web('master')] }).missing, 'nothing exposed').to.deep.equal([]);
    expect(resolveScene({ conf: [web('published')], files }).missing, 'published').to.deep.equal([]);
  });

  it('SERVICE_IP without a published port is noted', () => {
    expect(resolveScene({ conf: [web('one', { env_vars: { SERVICE_IP: '192.0.2.1' } })] }).notices).to.deep.equal([
      'SERVICE_IP has no effect for web-one: no port is published',
    ]);
  });

  it('an instance on the network of the host has no aliases, ports, sshd or links', () => {
    for (const value of [{ network_mode: 'host' }, { network_mode: 'nethost' }, { nethost: true }]) {
      const resolution = resolveScene({
        conf: [
          web('one', { ...value, links: ['db-a:x'], publish_ports: true, ports: ['80'] }),
          { service: 'db', instance: 'a' },
        ],
      });
      expect(instanceOf(resolution, 'web-one')).to.deep.include({ network: { mode: 'host' }, ports: [], after: [] });
      expect(instanceOf(resolution, 'web-one').files.map(({ path }) => path)).to.include('/etc/dockerops/sshd-off');
      expect(resolution.problems.map(({ message }) => message)).to.deep.equal([
        'web-one is on the network of the host, where links do not work',
      ]);
      expect(
        fileOf(
          one({
            conf: [dns, web('one', { ...value, env_vars: { DNS_SERVICE_IP: '192.0.2.7' } })],
            environment: { SERVICE_IP: '192.0.2.7' },
          }),
          '/etc/dockerops/dns.json',
        ),
      ).to.include({ same_network: false });
      expect(resolution.notices).to.deep.equal([
        'web-one is on the network of the host, so its ports are not published',
      ]);
    }
  });
});
