import { expect } from 'chai';
import { readAnswer } from '../../../src/lib/policies/answer.ts';

const read = (answer: unknown): object => Object.fromEntries(readAnswer(answer, ['/dockerops/claims']));

describe('the answer of a policy', () => {
  it('is an object, or a list, an iterable or a generator of objects, or nothing', () => {
    const expected = { '/a': '1', '/b': '2' };
    function* generate(): Generator<object> {
      yield { '/a': '1' };
      yield { '/b': '2' };
    }
    const answers = [{ '/a': '1', '/b': '2' }, [{ '/a': '1' }, { '/b': '2' }], generate(), new Set([expected])];
    for (const answer of answers) expect(read(answer)).to.deep.equal(expected);
    for (const nothing of [null, undefined, [], {}]) expect(read(nothing)).to.deep.equal({});
  });

  it('writes a string as it is, and anything else as JSON without blanks and with sorted keys', () => {
    const answer = {
      '/s': '172.18.0.2',
      '/t': true,
      '/n': 1.5,
      '/l': ['a', null, undefined],
      '/o': { b: 1, a: { c: '"' } },
    };
    expect(read(answer)).to.deep.equal({
      '/s': '172.18.0.2',
      '/t': 'true',
      '/n': '1.5',
      '/l': '["a",null,null]',
      '/o': '{"a":{"c":"\\""},"b":1}',
    });
  });

  it('drops a key whose value is null or undefined', () => {
    expect(read({ '/a': null, '/b': undefined, '/c': '' })).to.deep.equal({ '/c': '' });
  });

  it('takes the smallest of several values for one key', () => {
    expect(read([{ '/a': 'b' }, { '/a': 'a' }])).to.deep.equal({ '/a': 'a' });
  });

  it('is refused with what was given instead', () => {
    class Other {
      readonly x = 1;
    }
    const cases: readonly (readonly [unknown, string])[] = [
      ['test', 'expected an object, got string "test"'],
      [5, 'expected an object, got number 5'],
      [true, 'expected an object, got boolean true'],
      [() => {}, 'expected an object, got function'],
      [new Other(), 'expected an object, got Other'],
      [new Date(0), 'expected an object, got Date'],
      [Promise.resolve({}), 'expected an object, got Promise'],
      [['test'], 'expected an object, got string "test"'],
      [[null], 'expected an object, got null'],
      [new Map([['/a', '1']]), 'expected an object, got a list'],
      [{ '/a': NaN }, 'the value of /a cannot be written: number NaN'],
      [{ '/a': () => {} }, 'the value of /a cannot be written: function'],
      [{ '/a': 5n }, 'the value of /a cannot be written: bigint 5'],
      [{ '/a': new Date(0) }, 'the value of /a cannot be written: Date'],
      [{ '/a': { b: [Infinity] } }, 'the value of /a cannot be written: it contains number Infinity'],
    ];
    for (const [answer, message] of cases) expect(() => read(answer), message).to.throw(message);
    const circle: { self?: object } = {};
    circle.self = circle;
    expect(() => read({ '/a': circle })).to.throw('nested more than 50 deep');
  });

  it('has no key that could not be written or that the registrator uses itself', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['a', 'does not begin with /'],
      ['', 'does not begin with /'],
      ['/', 'ends with /'],
      ['/a/', 'ends with /'],
      ['/a//b', 'has an empty part'],
      [`/${'ä'.repeat(512)}`, 'has more than 1024 bytes'],
      ['/\ud800', 'is not Unicode text'],
      ['/dockerops/claims', 'lies below /dockerops/claims'],
      ['/dockerops/claims/x', 'lies below /dockerops/claims'],
    ];
    for (const [key, message] of cases) expect(() => read({ [key]: '1' }), key).to.throw(message);
    expect(read({ '/dockerops/claimsx': '1', [`/${'x'.repeat(1023)}`]: '1' })).to.have.property('/dockerops/claimsx');
  });

  it('has at most 1,000 keys, 1 MiB, and 64 KiB in a value', () => {
    const many = (count: number): object =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`/${String(index)}`, '1']));
    expect(Object.keys(read(many(1000)))).to.have.length(1000);
    expect(() => read(many(1001))).to.throw('more than 1000 keys');
    const large = 'x'.repeat(64 * 1024);
    expect(() => read({ '/a': `${large}x` })).to.throw('the value of /a is larger than 64 KiB');
    const all = Object.fromEntries(Array.from({ length: 17 }, (_, index) => [`/${String(index)}`, large]));
    expect(() => read(all)).to.throw('larger than 1 MiB');
  });
});
