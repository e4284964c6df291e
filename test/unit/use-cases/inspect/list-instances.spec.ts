import { expect } from 'chai';
import { addressOf, getAddress } from '../../../../src/lib/use-cases/inspect/list-instances.ts';
import { containerOf, spec } from '../../../support/specs.ts';

describe('the address of an instance', () => {
  it('is the one on the network of its project, also when somebody has connected it to others', () => {
    const container = containerOf(spec('demo', 'one'), {
      addresses: { bridge: '172.17.0.2', 'dockerops-demo': '10.210.2.9' },
    });
    expect(addressOf(container)).to.equal('10.210.2.9');
  });

  it('is not invented for an instance on the network of the host', () => {
    const container = containerOf(spec('demo', 'one', { network: { mode: 'host' } }), { addresses: { host: '' } });
    expect(addressOf(container)).to.equal('');
    expect(() => getAddress(container)).to.throw("demo-one is on the host's network");
  });
});
