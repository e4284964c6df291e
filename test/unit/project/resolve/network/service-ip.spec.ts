import { expect } from 'chai';
import { instanceOf, resolveScene, type Scene } from '../../project-files.ts';

const dns = { service: 'dockerops-dns', instance: 'main' };
const web = (instance: string, more: object = {}): object => ({ service: 'web', instance, ...more });
const published = { publish_ports: true, ports: ['80'] };
const plain = { service: 'plain', instance: 'one' };

/** What the client of an instance registers: `service_ip` of its dns.json, and the end of its key's name. */
function registered(scene: Scene, key: string): readonly unknown[] {
  const content = instanceOf(resolveScene(scene), key).files.find(({ path }) => path.endsWith('/dns.json'))?.content;
  const text = (content ?? []).map((piece) => (typeof piece === 'string' ? piece : 'x')).join('');
  const { service_ip: serviceIp, key: dnsKey } = JSON.parse(text) as { service_ip: unknown; key: { name: string } };
  return [serviceIp, dnsKey.name.split('.').slice(-2).join('.')];
}

describe('SERVICE_IP', () => {
  it('of the whole host is the address of those that publish, and of nobody else', () => {
    const scene = {
      conf: [dns, web('one', published), web('two')],
      environment: { SERVICE_IP: '192.0.2.7' },
    };
    expect(registered(scene, 'web-one')).to.deep.equal(['192.0.2.7', 'near.192-0-2-7']);
    expect(registered(scene, 'web-two')).to.deep.equal([null, 'near.own']);
    expect(resolveScene(scene).notices).to.deep.equal([]);
  });

  it('of loopback is in no name, and that is one warning for all', () => {
    const conf = [dns, ...['a', 'b', 'c'].map((name) => web(name, published)), web('d'), { ...plain, ...published }];
    const scene = { conf, environment: { SERVICE_IP: '127.0.0.1' } };
    expect(registered(scene, 'web-a')).to.deep.equal([null, 'near.own']);
    expect(instanceOf(resolveScene(scene), 'web-a').ports).to.deep.equal([
      { container: 80, protocol: 'tcp', ip: '127.0.0.1' },
    ]);
    expect(resolveScene(scene).notices).to.deep.equal([
      'SERVICE_IP 127.0.0.1 cannot be reached by others: ' +
        'names lead to the containers of web-a, web-b, web-c, plain-one instead',
    ]);
  });

  it('of loopback hides an instance whose DNS is elsewhere, and that is said once', () => {
    const env = { DNS_SERVICE_IP: '192.0.2.9', SERVICE_IP: '127.0.0.1' };
    const scene = { conf: ['a', 'b'].map((name) => web(name, { ...published, env_vars: env })) };
    expect(registered(scene, 'web-a')).to.deep.equal([null, 'far.none']);
    expect(resolveScene(scene).notices).to.deep.equal([
      'web-a, web-b are not in the DNS: the DNS is not on its engine and network, ' + 'so it needs a SERVICE_IP',
    ]);
  });

  it('of loopback is refused for a DNS that publishes, and means nothing to one that does not', () => {
    const problems = (more: object): readonly string[] =>
      resolveScene({ conf: [{ ...dns, ...more }], environment: { SERVICE_IP: '127.0.0.1' } }).problems.map(
        ({ message }) => message,
      );
    expect(problems({ publish_ports: true })).to.deep.equal([
      'SERVICE_IP is "127.0.0.1", at which no instance can ask the DNS',
    ]);
    expect(problems({})).to.deep.equal([]);
    const server = instanceOf(
      resolveScene({ conf: [dns], environment: { SERVICE_IP: '192.0.2.7' } }),
      'dockerops-dns-main',
    );
    expect(JSON.stringify(server.files), 'it is found at its own').to.contain('addressOf');
  });

  it('is the address of an instance on the network of the host', () => {
    const env = { DNS_SERVICE_IP: '192.0.2.9', SERVICE_IP: '192.0.2.7' };
    const scene = { conf: [web('one', { network_mode: 'host', env_vars: env })] };
    expect(registered(scene, 'web-one')).to.deep.equal(['192.0.2.7', 'far.192-0-2-7']);
  });

  it('written for an instance that publishes nothing is said to have no effect', () => {
    const env = { SERVICE_IP: '192.0.2.7' };
    expect(
      resolveScene({ conf: [dns, web('a', { env_vars: env }), web('b', { env_vars: env })] }).notices,
    ).to.deep.equal(['SERVICE_IP has no effect for web-a, web-b: no port is published']);
  });

  it('that is not the address of one machine is refused with its place, also where nothing is published', () => {
    const noAddress = 'which is not an IP address';
    const ofNobody = 'which is no address of one machine';
    const choose = 'write an address of the host, or from_<interface>';
    const rows: readonly (readonly [string, string, string])[] = [
      ['db.example.com', noAddress, choose],
      ['10.0.0', noAddress, choose],
      ['10.0.0.1/24', noAddress, 'write the address alone: 10.0.0.1'],
      ['10.0.0.1:53', noAddress, 'write the address alone: 10.0.0.1'],
      [' 10.0.0.1 ', noAddress, 'write the address alone: 10.0.0.1'],
      ['[fd00::1]:53', noAddress, 'write the address alone: fd00::1'],
      ['fd00::1%eth0', noAddress, 'write the address alone: fd00::1'],
      ['0.0.0.0/0', noAddress, choose],
      ['0.0.0.0', `${ofNobody} (all addresses, or none)`, choose],
      ['::', `${ofNobody} (all addresses, or none)`, choose],
      ['224.0.0.5', `${ofNobody} (multicast)`, choose],
      ['ff02::1', `${ofNobody} (multicast)`, choose],
      ['169.254.1.1', `${ofNobody} (link-local)`, choose],
      ['fe80::1', `${ofNobody} (link-local)`, choose],
      ['255.255.255.255', `${ofNobody} (reserved)`, choose],
      ['::ffff:192.0.2.7', 'an IPv4 address written as IPv6', 'write 192.0.2.7'],
    ];
    for (const [value, reason, suggestion] of rows)
      for (const more of [{}, published, { ...published, network_mode: 'host' }, { linked: false }]) {
        const scene = { conf: [dns, web('one', { ...more, env_vars: { SERVICE_IP: value } })] };
        const { problems, notices } = resolveScene(scene);
        expect(problems.map(({ message, suggestion: advice }) => [message, advice])).to.deep.equal([
          [`SERVICE_IP is "${value}", ${reason}`, suggestion],
        ]);
        expect(problems[0]?.where, 'its line').to.match(/^run\.conf:\d+:\d+$/);
        expect(notices.filter((notice) => notice.includes('cannot be reached'))).to.deep.equal([]);
      }
    for (const value of ['192.0.2.7', 'fd00::7', '127.0.0.1', '::1', '', 'from_eth0'])
      expect(resolveScene({ conf: [dns, web('one', { env_vars: { SERVICE_IP: value } })] }).problems).to.deep.equal([]);
  });

  it('of the DNS that instances ask is checked likewise, and is no loopback but on the network of the host', () => {
    const messages = (value: string, more = {}): readonly string[] =>
      resolveScene({ conf: [web('one', { ...more, env_vars: { DNS_SERVICE_IP: value } })] }).problems.map(
        ({ message }) => message,
      );
    expect(messages('dns.example.com')).to.deep.equal([
      'DNS_SERVICE_IP is "dns.example.com", which is not an IP address',
    ]);
    expect(messages('127.0.0.53')).to.deep.equal([
      'DNS_SERVICE_IP is "127.0.0.53", at which no instance can ask the DNS',
    ]);
    expect(messages('127.0.0.53', { network_mode: 'host' })).to.deep.equal([]);
    expect(messages('192.0.2.9')).to.deep.equal([]);
  });
});
