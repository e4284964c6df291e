import { expect } from 'chai';
import { addressLabel, instanceKeyName } from '../../../../../src/lib/project/resolve/network/dns-key-name.ts';
import type { Template } from '../../../../../src/lib/model/desired.ts';

const named = (change: Partial<Parameters<typeof instanceKeyName>[0]>): Template =>
  instanceKeyName({
    service: 'web',
    instance: 'one',
    container: 'demo-web-one',
    policy: 'APPEND',
    serviceIp: undefined,
    sameNetwork: true,
    ...change,
  });

describe('the name of the key of an instance', () => {
  it('says whose it is, and what its leases may be', () => {
    const begin = ['one.web.', { startNumber: 'demo-web-one' }];
    expect(named({})).to.deep.equal([...begin, '.append.near.own']);
    expect(named({ sameNetwork: false }), 'there is nothing to publish').to.deep.equal([...begin, '.hide.far.none']);
    expect(named({ policy: 'REPLACE', sameNetwork: false, serviceIp: ['192.0.2.7'] })).to.deep.equal([
      ...begin,
      '.replace.far.192-0-2-7',
    ]);
    expect(named({ serviceIp: ['192.0.2.7'] })).to.deep.equal([...begin, '.append.near.192-0-2-7']);
  });

  it('has an address as one label', () => {
    for (const [address, label] of [
      ['10.1.2.3', '10-1-2-3'],
      ['fd00::7', `fd00${'0'.repeat(27)}7`],
      ['2001:DB8:1:2:3:4:5:6', '20010db8000100020003000400050006'],
      ['2001:db8::', `20010db8${'0'.repeat(24)}`],
      ['64:ff9b::192.0.2.7', `0064ff9b${'0'.repeat(16)}c0000207`],
    ] as const)
      expect(addressLabel(address)).to.equal(label);
  });
});
