import { expect } from 'chai';
import { parseBytes, parseSeconds } from '../../../../src/lib/project/conf/quantities.ts';

describe('sizes and times', () => {
  it('have units, of powers of 1024 and of seconds', () => {
    expect(['512m', '2G', '1.5k', '64kb', '7b', '10', 10].map(parseBytes)).to.deep.equal([
      536_870_912, 2_147_483_648, 1536, 65_536, 7, 10, 10,
    ]);
    expect(['90s', '1m30s', '500ms', '2h', '1.5s', 10].map(parseSeconds)).to.deep.equal([90, 90, 0.5, 7200, 1.5, 10]);
  });

  it('are refused in any other form', () => {
    for (const text of ['', 'x', '1t', 'm', '1 2', '-1']) expect(parseBytes(text), text).to.equal(undefined);
    for (const text of ['', '1', '1d', 's', '1m 30s', '-1s']) expect(parseSeconds(text), text).to.equal(undefined);
  });
});
