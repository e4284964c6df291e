import { expect } from 'chai';
import fc from 'fast-check';
import type { RequestedKey } from '../../../../src/lib/model/published-key.ts';
import { mergeKeys } from '../../../../src/lib/plan/keys/merge-keys.ts';

function asked(key: string, value: string, container: string, policy = 'p', configuration = ''): RequestedKey {
  return { key, value, source: { policy, configuration, container } };
}

describe('merging the keys of one registrator', () => {
  it('rule 0: one container and one policy publish their value', () => {
    const { keys, conflicts } = mergeKeys([asked('/b', '1', 'web'), asked('/a', '2', 'web')]);
    expect(keys.map(({ key, value }) => [key, value])).to.deep.equal([
      ['/a', '2'],
      ['/b', '1'],
    ]);
    expect(conflicts).to.deep.equal([]);
  });

  it('rule 1: equal values of several containers are one key, of all of them', () => {
    const { keys, conflicts } = mergeKeys([asked('/a', 'x', 'two'), asked('/a', 'x', 'one')]);
    expect(keys).to.have.length(1);
    expect(keys[0]?.sources.map(({ container }) => container)).to.deep.equal(['one', 'two']);
    expect(conflicts).to.deep.equal([]);
  });

  it('rule 2: of different values the smallest is taken, with one warning that names both', () => {
    const requests = [
      asked('/kontena/test', '{"hostname":"test-2"}', 'test-2', 'p', 'local'),
      asked('/kontena/test', '{"hostname":"test-1"}', 'test-1'),
    ];
    const { keys, conflicts } = mergeKeys(requests);
    expect(keys.map(({ value }) => value)).to.deep.equal(['{"hostname":"test-1"}']);
    expect(conflicts).to.deep.equal([
      '/kontena/test: container test-1 (policy p) asks for {"hostname":"test-1"}, ' +
        'container test-2 (policy p, configuration local) asks for {"hostname":"test-2"}; ' +
        'the smaller value is published',
    ]);
    expect(mergeKeys(requests.slice(1)).conflicts).to.deep.equal([]);
  });

  it('one container that asks one policy twice is no conflict', () => {
    const { keys, conflicts } = mergeKeys([asked('/a', '2', 'web'), asked('/a', '1', 'web')]);
    expect(keys.map(({ value }) => value)).to.deep.equal(['1']);
    expect(conflicts).to.deep.equal([]);
  });

  it('values are compared by their bytes', () => {
    // U+FF5E is smaller in UTF-8 and larger in UTF-16 than U+1F600.
    expect(mergeKeys([asked('/a', '\u{1f600}', 'one'), asked('/a', '\uff5e', 'two')]).keys[0]?.value).to.equal(
      '\uff5e',
    );
  });

  it('any requests give each key once, with the smallest of its values', () => {
    const request = fc
      .tuple(fc.constantFrom('/a', '/b', '/a/b'), fc.string({ maxLength: 3 }), fc.constantFrom('c1', 'c2', 'c3'))
      .map(([key, value, container]) => asked(key, value, container));
    fc.assert(
      fc.property(fc.array(request), (requests) => {
        const { keys, conflicts } = mergeKeys(requests);
        const expected: Record<string, Buffer> = {};
        for (const { key, value } of requests) {
          const [old, now] = [expected[key], Buffer.from(value)];
          if (old === undefined || Buffer.compare(now, old) < 0) expected[key] = now;
        }
        expect(Object.fromEntries(keys.map(({ key, value }) => [key, value]))).to.deep.equal(
          Object.fromEntries(Object.entries(expected).map(([key, value]) => [key, value.toString()])),
        );
        expect(mergeKeys(requests.toReversed())).to.deep.equal({ keys, conflicts });
      }),
    );
  });
});
