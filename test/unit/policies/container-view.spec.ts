import { expect } from 'chai';
import fc from 'fast-check';
import { policyContainer } from '../../../src/lib/policies/container-view.ts';
import { inspectDocument } from '../../support/inspect-documents.ts';

const host = { name: 'host-1', id: 'ABCD' };

describe('the container of a policy', () => {
  const ports = {
    '443/tcp': null,
    '80/tcp': [
      { HostIp: '0.0.0.0', HostPort: '8080' },
      { HostIp: '::', HostPort: '8080' },
    ],
    '53/udp': [{ HostIp: '10.0.0.5', HostPort: '53' }],
  };
  const env = ['A=b=c', 'EMPTY=', 'BARE', '__proto__=x'];
  const web = policyContainer(
    inspectDocument('web', '172.18.0.2', { env, labels: { team: 'shop', none: '' }, ports }),
    host,
  );

  it('has the parts of the inspect document by plain names', () => {
    expect(web).to.deep.include({ name: 'web', hostname: 'web', state: 'running', health: 'none', host });
    expect(web.image).to.equal('registry.example.org:5000/shop/web:1.2');
    expect([web.label('team'), web.labels['team'], web.networkIp('bridge')]).to.deep.equal([
      'shop',
      'shop',
      '172.18.0.2',
    ]);
    expect(web.network('bridge')).to.include({ Gateway: '172.18.0.1' });
    expect(web.get('NetworkSettings', 'IPAddress')).to.equal('172.18.0.2');
    expect(web.ports).to.deep.equal([
      { container: 53, protocol: 'udp', host: 53, ip: '10.0.0.5' },
      { container: 80, protocol: 'tcp', host: 8080, ip: '0.0.0.0' },
      { container: 80, protocol: 'tcp', host: 8080, ip: '::' },
      { container: 443, protocol: 'tcp' },
    ]);
  });

  it('splits variables at the first equals sign', () => {
    expect(web.env['A']).to.equal('b=c');
    expect(web.env['__proto__']).to.equal('x');
  });

  it('has undefined for what there is not, and for every empty text', () => {
    const all = [web.env['EMPTY'], web.env['BARE'], web.env['toString'], web.label('none'), web.labels['constructor']];
    const paths = [
      web.get('Config', 'Domainname'),
      web.get('No', 'such', 'path'),
      web.get('Id', 'length'),
      web.get('State', 0),
    ];
    const networks = [
      web.network('other'),
      web.networkIp('other'),
      web.network('bridge')?.['Aliases'],
      policyContainer(inspectDocument('stopped', ''), host).network('bridge')?.IPAddress,
      web.get('NetworkSettings', 'Networks', 'bridge', 'Aliases'),
    ];
    for (const value of [...all, ...paths, ...networks]) expect(value).to.equal(undefined);
  });

  it('cannot be changed', () => {
    const changes = [
      (): unknown => Object.assign(web, { name: 'x' }),
      (): unknown => Object.assign(web.labels, { x: 'y' }),
      (): unknown => (web.ports as unknown[]).push(1),
      (): unknown => Object.assign(web.get('Config') as object, { Image: 'x' }),
      (): unknown => Object.assign(web.host, { name: 'x' }),
    ];
    for (const change of changes) expect(change).to.throw(TypeError);
  });

  it('is made of any document without an error', () => {
    fc.assert(
      fc.property(fc.anything(), fc.array(fc.oneof(fc.string(), fc.nat(3))), (document, path) => {
        const container = policyContainer(document);
        container.get(...path);
        container.networkIp('x');
      }),
    );
  });
});
