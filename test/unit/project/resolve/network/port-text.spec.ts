import { expect } from 'chai';
import { parsePort } from '../../../../../src/lib/project/resolve/network/port-text.ts';

describe('a port', () => {
  it('has an optional port of the host, address and protocol', () => {
    expect(parsePort('80')).to.deep.equal([{ container: 80, protocol: 'tcp' }]);
    expect(parsePort('127.0.0.1:8053:53/udp')).to.deep.equal([
      { container: 53, protocol: 'udp', host: 8053, ip: '127.0.0.1' },
    ]);
    expect(parsePort('127.0.0.1::53')).to.deep.equal([{ container: 53, protocol: 'tcp', ip: '127.0.0.1' }]);
    expect(parsePort('8000-8001:80-81')).to.deep.equal([
      { container: 80, protocol: 'tcp', host: 8000 },
      { container: 81, protocol: 'tcp', host: 8001 },
    ]);
  });

  it('is refused in any other form', () => {
    for (const text of ['', 'a', '0', '70000', '80:', '1-3:1-2', '3-1', '300.1.1.1:1:1', '1.1:1:1', '80/sctp', '-'])
      expect(parsePort(text), text).to.equal(undefined);
  });
});
