import { expect } from 'chai';
import fc from 'fast-check';
import { compareOf, decode, encode, entryOf, rangeOf, requestOf } from '../../../src/lib/directories/etcd/wire.ts';

describe('keys and values of etcd', () => {
  it('keep every text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(decode(encode(text))).to.equal(text);
      }),
    );
  });

  it('have a range from a prefix to the first key after all that have it', () => {
    const end = (prefix: string): string => Buffer.from(rangeOf(prefix).range_end, 'base64').toString('latin1');
    expect([end('/a/'), end('a'), end('a\u007f')]).to.deep.equal(['/a0', 'b', 'a\u0080']);
    expect(rangeOf('')).to.deep.equal({ key: encode('\0'), range_end: encode('\0') });
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string(), fc.string(), (prefix, rest, other) => {
        const { key, range_end: last } = rangeOf(prefix);
        const isInside = (text: string): boolean =>
          Buffer.compare(Buffer.from(text), Buffer.from(key, 'base64')) >= 0 &&
          Buffer.compare(Buffer.from(text), Buffer.from(last, 'base64')) < 0;
        expect(isInside(prefix + rest)).to.equal(true);
        expect(isInside(other)).to.equal(other.startsWith(prefix));
      }),
    );
  });

  it('leave out members with the value 0', () => {
    expect(entryOf({ key: encode('a'), create_revision: '2', mod_revision: '9007199254740993' })).to.deep.equal({
      key: 'a',
      value: '',
      created: 2n,
      modified: 9_007_199_254_740_993n,
    });
    expect(entryOf({ key: encode('a'), lease: '77' })).to.include({ lease: '77' });
  });

  it('become comparisons and operations in the form of the gateway', () => {
    const key = encode('a');
    expect(
      [
        { key: 'a', exists: false },
        { key: 'a', exists: true },
        { key: 'a', value: 'x' },
        { key: 'a', created: 1n },
        { key: 'a', modified: 2n },
        { key: 'a', lease: '7' },
      ].map((each) => compareOf(each as never)),
    ).to.deep.equal([
      { key, target: 'VERSION', result: 'EQUAL', version: '0' },
      { key, target: 'VERSION', result: 'NOT_EQUAL', version: '0' },
      { key, target: 'VALUE', value: encode('x') },
      { key, target: 'CREATE', create_revision: '1' },
      { key, target: 'MOD', mod_revision: '2' },
      { key, target: 'LEASE', lease: '7' },
    ]);
    expect([
      requestOf({ put: 'a', value: 'x' }),
      requestOf({ put: 'a', value: 'x', lease: '7' }),
      requestOf({ delete: 'a' }),
      requestOf({ get: 'a' }),
    ]).to.deep.equal([
      { request_put: { key, value: encode('x') } },
      { request_put: { key, value: encode('x'), lease: '7' } },
      { request_delete_range: { key } },
      { request_range: { key } },
    ]);
  });
});
