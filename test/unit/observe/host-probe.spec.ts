import { expect } from 'chai';
import { parseHostProbe } from '../../../src/lib/observe/host-probe.ts';

const table =
  'Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n' +
  'eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0\n' +
  'eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n';

describe('what a look at a host tells', () => {
  it('is its interfaces with all their IPv4 addresses, and its routes', () => {
    const text = [
      '1: lo    inet 127.0.0.1/8 scope host lo\\       valid_lft forever',
      '2: eth0    inet 192.0.2.7/24 brd 192.0.2.255 scope global eth0\\  x',
      '2: eth0    inet 192.0.2.8/32 scope global secondary eth0:1',
      '7: veth1@if6    inet 10.0.0.1/30 scope global veth1',
      table,
    ].join('\n');
    expect(parseHostProbe(text)).to.deep.equal({
      interfaces: [
        { name: 'eth0', ipv4: ['192.0.2.7', '192.0.2.8'] },
        { name: 'lo', ipv4: ['127.0.0.1'] },
        { name: 'veth1', ipv4: ['10.0.0.1'] },
      ],
      routes: ['0.0.0.0/0', '192.0.2.0/24'],
    });
  });

  it('is nothing of what no ip printed', () => {
    expect(parseHostProbe('sh: ip: not found\n')).to.deep.equal({ interfaces: [], routes: [] });
  });
});
