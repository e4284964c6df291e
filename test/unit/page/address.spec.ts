import { expect } from 'chai';
import { readAddress } from '../../../src/page/state/address.ts';

describe('the address of the page', () => {
  it('names a view, its subject and what is open', () => {
    const { view, subject, query } = readAddress('#/service/web%201?unit=web-1-1');
    expect({ view, subject, unit: query.get('unit') }).to.deep.equal({
      view: 'service',
      subject: 'web 1',
      unit: 'web-1-1',
    });
  });

  it('is that of the overview where it names no view', () => {
    for (const hash of ['', '#', '#/', '#/nothing']) expect(readAddress(hash).view).to.equal('overview');
  });

  it('may be typed without encoding', () => {
    expect(readAddress('#/service/100%').subject).to.equal('100%');
  });
});
