import { expect } from 'chai';
import { foundAt, isFindable, labelledFoundAt } from '../../../src/lib/model/found-at.ts';
import type { InstanceSpec } from '../../../src/lib/model/desired.ts';

const port = { container: 80, protocol: 'tcp', host: 80 } as const;
const found = (serviceIp: string, ports: InstanceSpec['ports'], mode: 'network' | 'host' = 'network'): unknown =>
  foundAt({ environment: [{ name: 'SERVICE_IP', value: [serviceIp], secret: false }], ports, network: { mode } });

describe('where an instance is found', () => {
  it('is SERVICE_IP for those that publish something, or are on the network of the host', () => {
    expect(found('192.0.2.7', [port])).to.deep.equal(['192.0.2.7']);
    expect(found('192.0.2.7', [], 'host')).to.deep.equal(['192.0.2.7']);
    expect(found('192.0.2.7', [])).to.equal(undefined);
    expect(found('', [port])).to.equal(undefined);
    expect(foundAt({ environment: [], ports: [port], network: { mode: 'host' } })).to.equal(undefined);
  });

  it('is no address that others cannot look for', () => {
    const nowhere = [
      ['127.0.0.1', '127.9.9.9', '0.0.0.0', '0.1.2.3', '224.0.0.1', '255.255.255.255'],
      [
        '::1',
        '0:0:0:0:0:0:0:1',
        '::',
        '::ffff:127.0.0.1',
        '::ffff:7f00:1',
        'fe80::1',
        'ff02::1',
        'localhost',
        '10.0.0',
      ],
    ].flat();
    for (const address of nowhere) {
      expect(isFindable(address), address).to.equal(false);
      expect(found(address, [port]), address).to.equal(undefined);
    }
    for (const address of ['10.0.0.1', '192.168.1.2', '203.0.113.9', 'fd00::1', '2001:db8::7'])
      expect(isFindable(address), address).to.equal(true);
  });

  it('may be an address that is known only later', () => {
    expect(found('<eth0 of host X>', [port])).to.deep.equal(['<eth0 of host X>']);
  });

  it('is read from the label of a container, whatever version wrote it', () => {
    expect(labelledFoundAt({})).to.equal(undefined);
    expect(
      labelledFoundAt({ environment: [{ name: 'SERVICE_IP', value: ['192.0.2.7'] }], ports: [port] }),
    ).to.deep.equal(['192.0.2.7']);
  });
});
