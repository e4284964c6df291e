import { expect } from 'chai';
import fc from 'fast-check';
import { quoteWords, splitWords } from '../../src/lib/shell-words.ts';

describe('a command', () => {
  it('is split like a shell does, without expansion', () => {
    expect(splitWords(`a "b c" 'd "e' f\\ g "h\\"i" j"k"'l' ''  $X`)).to.deep.equal([
      'a',
      'b c',
      'd "e',
      'f g',
      'h"i',
      'jkl',
      '',
      '$X',
    ]);
    expect(splitWords('  ')).to.deep.equal([]);
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(splitWords(quoteWords(words))).to.deep.equal(words);
      }),
    );
  });

  it('must close its quotes', () => {
    for (const text of ['"a', "a 'b", 'a "b\\"']) expect(splitWords(text), text).to.equal(undefined);
  });

  it('gives back the quoted words, for any words', () => {
    fc.assert(
      fc.property(fc.array(fc.string()), (words) => {
        expect(splitWords(words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' '))).to.deep.equal(words);
      }),
    );
  });
});
