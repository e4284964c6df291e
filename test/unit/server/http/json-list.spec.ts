import { expect } from 'chai';
import { jsonList, jsonMembers } from '../../../../src/lib/server/http/json-list.ts';
import { KeptTexts } from '../../../../src/lib/server/http/kept-texts.ts';

const large = 'x'.repeat(20_000);

describe('a list as JSON', () => {
  it('is one text where it is short', () => {
    expect(jsonList([])).to.deep.equal({ text: '[]', type: 'application/json' });
    expect(jsonList([{ a: 1 }, { b: '"' }], '{"doc":[', ']}')).to.deep.include({
      text: '{"doc":[{"a":1},{"b":"\\""}]}',
    });
    expect(jsonMembers([])).to.deep.include({ text: '{}' });
    expect(jsonMembers([['1', { a: 1 }] as const], '{"doc":', '}')).to.deep.include({ text: '{"doc":{"1":{"a":1}}}' });
  });

  for (const count of [4, 5, 8, 100])
    it(`is the same in pieces, with ${String(count)} items that are large`, async () => {
      const items = Array.from({ length: count }, (_, number) => ({ number, large }));
      const reply = jsonList(items);
      if (!('lines' in reply)) return expect('text' in reply && reply.text).to.equal(JSON.stringify(items));
      const pieces = [];
      for await (const piece of reply.lines) pieces.push(piece);
      expect(pieces.join('')).to.equal(JSON.stringify(items));
      expect(reply.type).to.equal('application/json');
    });

  it('asks for items as they are taken, and lets others have their turn between pieces', async () => {
    let made = 0;
    function* items(): Generator<object> {
      for (; made < 1000; made += 1) yield { large };
    }
    const reply = jsonList(items());
    if (!('lines' in reply)) return expect.fail('it is one text');
    let turns = 0;
    const other = setInterval(() => (turns += 1), 0);
    let most = 0;
    let taken = 0;
    try {
      for await (const piece of reply.lines) {
        taken += piece.length;
        most = Math.max(most, made * large.length - taken);
      }
    } finally {
      clearInterval(other);
    }
    expect(made).to.equal(1000);
    expect(most).to.be.below(10 * large.length);
    expect(turns).to.be.above(0);
  });

  it('makes no more items once nobody takes them', async () => {
    let isClosed = false;
    function* items(): Generator<object> {
      try {
        for (;;) yield { large };
      } finally {
        isClosed = true;
      }
    }
    const reply = jsonList(items());
    if (!('lines' in reply)) return expect.fail('it is one text');
    let pieces = 0;
    for await (const _ of reply.lines) if ((pieces += 1) === 4) break;
    expect(isClosed).to.equal(true);
  });
});

describe('texts of answers that are kept', () => {
  it('have 16 MiB together', () => {
    const texts = new KeptTexts();
    let made = 0;
    const ask = (key: string): string =>
      texts.get(key, () => {
        made += 1;
        return 'x'.repeat(2 ** 20);
      });
    for (let number = 0; number < 20; number += 1) ask(String(number));
    for (let number = 4; number < 20; number += 1) ask(String(number));
    expect(made).to.equal(20);
    ask('0');
    texts.forget();
    ask('19');
    expect(made).to.equal(22);
  });
});
