import { expect } from 'chai';
import { readAnswer } from '../../../src/lib/policies/answer.ts';
import { bundledPolicies } from '../../../src/lib/policies/bundled/bundled.ts';
import { policyContainer } from '../../../src/lib/policies/container-view.ts';
import type { Policy } from '../../../src/lib/policies/policy.ts';
import { inspectDocument } from '../../support/inspect-documents.ts';

const host = { name: 'host-1', id: 'ABCD' };
type More = Parameters<typeof inspectDocument>[2];

function ask(policy: string, config: object, name: string, more: More = {}, address = '172.18.0.2'): object {
  const { container } = bundledPolicies[policy] as { readonly container: Policy<object> };
  return Object.fromEntries(
    readAnswer(container(policyContainer(inspectDocument(name, address, more), host), config), []),
  );
}

describe('the policy skydns', () => {
  const config = { domain: 'kontena.local', network: 'bridge' };

  it('publishes addresses below the domain, its parts reversed', () => {
    expect(ask('skydns', config, 'test-1')).to.deep.equal({ '/skydns/local/kontena/test-1': '{"host":"172.18.0.2"}' });
  });

  it('publishes nothing without an address or without a network', () => {
    expect(ask('skydns', config, 'test-1', {}, '')).to.deep.equal({});
    expect(ask('skydns', { ...config, network: 'other' }, 'test-1')).to.deep.equal({});
    expect(ask('skydns', { domain: 'kontena.local' }, 'test-1')).to.deep.equal({});
  });
});

describe('the policy services', () => {
  const config = { prefix: '/services', ip: '10.0.0.5' };
  const everywhere = { HostIp: '0.0.0.0', HostPort: '8080' };
  const one = { '80/tcp': [everywhere, { HostIp: '::', HostPort: '8080' }] };
  const two = { ...one, '53/udp': [{ HostIp: '0.0.0.0', HostPort: '5300' }] };

  it('publishes each published port of a running container', () => {
    expect(ask('services', config, 'web-1', { ports: one })).to.deep.equal({
      '/services/web/host-1:web-1:80': '10.0.0.5:8080',
    });
    expect(ask('services', config, 'web-1', { ports: two })).to.deep.equal({
      '/services/web-53/host-1:web-1:53:udp': '10.0.0.5:5300',
      '/services/web-80/host-1:web-1:80': '10.0.0.5:8080',
    });
    expect(ask('services', config, 'web-1', { ports: one }, '')).to.deep.equal({});
    expect(ask('services', config, 'web-1', { ports: { '80/tcp': null } })).to.deep.equal({});
  });

  it('takes names from variables and labels, and leaves out what they say', () => {
    const named = (more: More): readonly string[] => Object.keys(ask('services', config, 'w', { ports: two, ...more }));
    expect(named({ env: ['SERVICE_NAME=shop'] })).to.deep.equal([
      '/services/shop-53/host-1:w:53:udp',
      '/services/shop-80/host-1:w:80',
    ]);
    expect(named({ env: ['SERVICE_80_NAME=http'], labels: { SERVICE_53_IGNORE: 'yes' } })).to.deep.equal([
      '/services/http/host-1:w:80',
    ]);
    expect(named({ labels: { SERVICE_IGNORE: '1' } })).to.deep.equal([]);
  });

  it('uses the address of the binding where others can reach it', () => {
    const ports = { '80/tcp': [{ HostIp: '10.1.1.1', HostPort: '8080' }] };
    expect(Object.values(ask('services', { prefix: '/s' }, 'w', { ports }))).to.deep.equal(['10.1.1.1:8080']);
    const warn = console.warn;
    const warnings: unknown[] = [];
    console.warn = (text: unknown) => warnings.push(text);
    try {
      for (const HostIp of ['0.0.0.0', '::', '127.0.0.1', '::1'])
        expect(
          ask('services', { prefix: '/s' }, 'w', { ports: { '80/tcp': [{ HostIp, HostPort: '8080' }] } }),
        ).to.deep.equal({});
    } finally {
      console.warn = warn;
    }
    expect(warnings).to.have.length(4);
    expect(warnings[0]).to.equal('port 80/tcp of w is published on 0.0.0.0, which others cannot use: set "ip"');
  });

  it("with a network publishes the container's own address and port", () => {
    const config2 = { prefix: '/services', network: 'bridge' };
    expect(Object.values(ask('services', config2, 'w', { ports: one }))).to.deep.equal(['172.18.0.2:80']);
  });
});

describe('the policy dockerops', () => {
  const labels = {
    'dockerops.project': 'shop',
    'dockerops.service': 'web',
    'dockerops.instance': 'one',
    'dockerops.instance_type': 'standard',
    'dockerops.image': 'shop/web',
    'dockerops.kind': 'instance',
  };

  it('publishes running instances by owner, service and instance', () => {
    expect(ask('dockerops', {}, 'shop-web-one', { labels })).to.deep.equal({
      '/dockerops/instances/shop/web-one':
        '{"address":"172.18.0.2","host":"host-1","image":"shop/web","ports":[],"state":"running","type":"standard"}',
    });
  });

  it('publishes nothing of others, of stopped ones and of helpers', () => {
    expect(ask('dockerops', {}, 'other')).to.deep.equal({});
    expect(ask('dockerops', {}, 'shop-web-one', { labels }, '')).to.deep.equal({});
    expect(ask('dockerops', {}, 'x', { labels: { ...labels, 'dockerops.kind': 'once' } })).to.deep.equal({});
  });
});

describe('the policy paz', () => {
  it('publishes units of a server by service, version and number', () => {
    const labels = { 'dockerops.server': 's', 'dockerops.service': 'api' };
    const ports = { '80/tcp': [{ HostIp: '0.0.0.0', HostPort: '49153' }] };
    expect(ask('paz', { ip: '10.0.0.5' }, 'api-3-1', { labels, ports })).to.deep.equal({
      '/paz/services/api/3/1': '10.0.0.5:49153',
    });
    expect(ask('paz', { ip: '10.0.0.5' }, 'other-3-1', { labels, ports })).to.deep.equal({});
    expect(ask('paz', { ip: '10.0.0.5' }, 'api-3-1', { ports })).to.deep.equal({});
  });
});
