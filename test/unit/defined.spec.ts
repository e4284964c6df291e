import { expect } from 'chai';
import { definedOnly } from '../../src/lib/defined.ts';

interface Options {
  readonly name: string;
  readonly kind: 'a' | 'b';
  readonly limit?: number;
}

describe('the defined members of an object', () => {
  it('leave out what is undefined, and keep null, false, zero and empty', () => {
    expect(Object.keys(definedOnly({ a: undefined, b: null, c: false, d: 0, e: '' }))).to.deep.equal([
      'b',
      'c',
      'd',
      'e',
    ]);
  });

  it('fit a type whose optional members may not be undefined', () => {
    const limit = [1, 2].find((one) => one > 5);
    const options: Options = definedOnly({ name: 'x', kind: 'a', limit });
    expect(options).to.deep.equal({ name: 'x', kind: 'a' });
  });
});
