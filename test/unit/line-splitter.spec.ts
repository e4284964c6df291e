import { expect } from 'chai';
import fc from 'fast-check';
import { LineSplitter } from '../../src/lib/line-splitter.ts';

describe('splitting output into lines', () => {
  it('gives the same lines, however the text is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.stringMatching(/^[ab\n]{0,8}$/)), (pieces) => {
        const splitter = new LineSplitter();
        const lines = [...pieces.flatMap((piece) => splitter.push(piece)), ...splitter.end()];
        const whole = pieces.join('').split('\n');
        expect(lines).to.deep.equal(whole.at(-1) === '' ? whole.slice(0, -1) : whole);
      }),
    );
  });

  it('cuts a line without end, and loses nothing of it', () => {
    const splitter = new LineSplitter(10);
    const lines = [...splitter.push('a'.repeat(25)), ...splitter.push('b\nc'), ...splitter.end()];
    expect(lines).to.deep.equal(['a'.repeat(10), 'a'.repeat(10), `${'a'.repeat(5)}b`, 'c']);
  });
});
