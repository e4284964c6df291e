import { expect } from 'chai';
import { KnownValues } from '../../../../src/lib/daemons/operator/known-values.ts';

describe('values of keys that were read', () => {
  it('are read again only when they have changed, and forgotten with their keys', () => {
    const values = new KnownValues();
    const first = values.read({ where: 'apps/web', value: 'web:1' });
    expect(values.read({ where: 'apps/web', value: 'web:1' })).to.equal(first);
    const second = values.read({ where: 'apps/web', value: 'web:2' });
    expect(second.definition?.image).to.equal('web:2');
    values.keepOnly([{ key: 'apps/web', value: 'web:2' }]);
    expect(values.read({ where: 'apps/web', value: 'web:2' })).to.equal(second);
    values.keepOnly([]);
    expect(values.read({ where: 'apps/web', value: 'web:2' })).not.to.equal(second);
  });
});
