import { expect } from 'chai';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { basename } from 'node:path';
import { gatherPortHolders, parseSocketTable } from '../../../src/lib/observe/port-holders.ts';

const head = '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n';

describe('who holds ports of this machine', () => {
  it('reads what listens, and not what is connected', () => {
    const queues = '00000000:00000000 00:00000000 00000000';
    const text = `${head}   0: 0100007F:0035 00000000:0000 0A ${queues}     0    0 4711 1 0000000000000000 100 0 0 10 0
   1: 00000000:1F90 00000000:0000 0A ${queues}  1000    0 4712 1 0000000000000000 100 0 0 10 0
   2: 0100007F:0035 0100007F:A1B2 01 ${queues}     0        0 4713 1 0000000000000000 20 4 30 10 -1\n`;
    expect(parseSocketTable(text, 'tcp')).to.deep.equal([
      { ip: '127.0.0.1', port: 53, protocol: 'tcp', inode: '4711' },
      { ip: '0.0.0.0', port: 8080, protocol: 'tcp', inode: '4712' },
    ]);
  });

  it('reads addresses of IPv6, and IPv4 ones in them', () => {
    const line = (address: string): string =>
      `${head}  12: ${address}:0035 ${'0'.repeat(32)}:0000 07 00000000:00000000 00:00000000 00000000  0  0 9 2 0 0\n`;
    const ipOf = (address: string): string | undefined => parseSocketTable(line(address), 'udp')[0]?.ip;
    expect(ipOf('00000000000000000000000000000000')).to.equal('::');
    expect(ipOf('00000000000000000000000001000000')).to.equal('::1');
    expect(ipOf('0000000000000000FFFF00000100007F')).to.equal('127.0.0.1');
    expect(ipOf('B80D0120000000000000000001000000')).to.equal('2001:db8::1');
  });

  it('reads nothing out of nothing', () => {
    expect(parseSocketTable('', 'tcp')).to.deep.equal([]);
    expect(parseSocketTable(`${head}garbage\n`, 'udp')).to.deep.equal([]);
  });

  it('names this very process for the sockets that it holds', async function () {
    if (process.platform !== 'linux') this.skip();
    const server = createServer().listen(0, '127.0.0.1');
    const socket = createSocket('udp4');
    try {
      await once(server, 'listening');
      socket.bind(0, '127.0.0.1');
      await once(socket, 'listening');
      const holder = `${basename(process.execPath)} (pid ${String(process.pid)})`;
      const [tcp, udp] = [(server.address() as AddressInfo).port, socket.address().port];
      const holders = await gatherPortHolders(new Set([tcp, udp]));
      expect(holders.filter(({ ip }) => ip === '127.0.0.1')).to.deep.include.members([
        { ip: '127.0.0.1', port: tcp, protocol: 'tcp', holder },
        { ip: '127.0.0.1', port: udp, protocol: 'udp', holder },
      ]);
    } finally {
      server.close();
      socket.close();
    }
  });
});
