import { expect } from 'chai';
import fc from 'fast-check';
import { layersThere } from '../../../../src/lib/plan/ship/layers.ts';

describe('layers that an engine has', () => {
  const there = (image: string, ...others: readonly string[]): string =>
    [
      ...layersThere(
        [...image],
        others.map((other) => [...other]),
      ),
    ].join('');

  it('are those from the lowest on that another image has, too', () => {
    expect(there('abc', 'abx')).to.equal('ab');
    expect(there('abc', 'ax', 'abc')).to.equal('abc');
    expect(there('abc', 'abcd')).to.equal('abc');
  });

  it('are none when the lowest is another one, as an engine has a layer only on the same ones', () => {
    expect(there('abc', 'xbc', 'bc')).to.equal('');
    expect(there('abc')).to.equal('');
  });

  it('do not include one that comes again above what is missing', () => {
    expect(there('aba', 'a')).to.equal('');
    expect(there('abca', 'abx')).to.equal('b');
  });

  it('never keep an engine from loading an image', () => {
    const layers = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(layers, fc.array(layers, { maxLength: 5 }), (image, others) => {
        const leftOut = layersThere(image, others);
        for (const [index, layer] of image.entries()) {
          const chain = JSON.stringify(image.slice(0, index + 1));
          const has = others.some((other) => JSON.stringify(other.slice(0, index + 1)) === chain);
          if (!has) expect(leftOut.has(layer), `${image.join('')} ${String(index)}`).to.equal(false);
        }
      }),
    );
  });
});
